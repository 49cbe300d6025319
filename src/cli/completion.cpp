#include "cli/syntax.h"

#include <algorithm>

namespace ks::cli {

namespace {

// A node of the command tree; path: "kingshare user role".
struct Place {
    const Command* command;
    std::string path;
};

void collect(std::vector<Place>& places, const Command& command, const std::string& path) {
    places.push_back({&command, path});
    for (const auto& below : command.commands) {
        if (!below->hidden) collect(places, *below, path + " " + below->name);
    }
}

// Copies the names of all visible subcommands to `tree`, as arguments of `help`.
void add_names(Command& tree, const Command& command) {
    for (const auto& below : command.commands) {
        if (!below->hidden) add_names(tree.add(below->name, below->summary), *below);
    }
}

std::string quoted(const std::string& text) {
    std::string out = "'";
    for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string joined(const std::vector<std::string>& words, const char* between = " ") {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

std::vector<std::string> values_of(const Parameter& parameter) {
    std::vector<std::string> values = parameter.choices;
    values.insert(values.end(), parameter.suggestions.begin(), parameter.suggestions.end());
    return values;
}

std::vector<std::string> words_at(const Command& command) {
    std::vector<std::string> words;
    for (const auto& below : command.commands) {
        if (!below->hidden) words.push_back(below->name);
    }
    for (const Parameter& parameter : command.parameters) {
        for (std::string& name : parameter.is_option() ? spellings(parameter) : values_of(parameter)) words.push_back(std::move(name));
    }
    words.emplace_back("--help");
    return words;
}

// Kind of server values that complete the positional arguments; empty for none.
std::string completed_by(const Command& command) {
    for (const Parameter& parameter : command.parameters) {
        if (!parameter.is_option() && !parameter.completed_by.empty()) return parameter.completed_by;
    }
    return "";
}

bool takes_files(const Command& command) {
    for (const Parameter& parameter : command.parameters) {
        if (!parameter.is_option() && parameter.is_path) return true;
    }
    return false;
}

// The script finds the command by the command names before the cursor, and the option by the preceding word. Values of a server are
// untrusted: they are read line by line and quoted, and never expanded.
std::string bash(const std::vector<Place>& places) {
    std::string words;
    std::string values;
    std::string known;
    for (const Place& place : places) {
        known += (known.empty() ? "" : "|") + quoted(place.path);
        std::string line = "        " + quoted(place.path) + ") words=" + quoted(joined(words_at(*place.command)));
        if (std::string what = completed_by(*place.command); !what.empty()) line += " server=" + what;
        words += line + (takes_files(*place.command) ? " files=1 ;;\n" : " ;;\n");
        for (const Parameter& parameter : place.command->parameters) {
            if (!parameter.is_option() || !parameter.takes_value()) continue;
            std::vector<std::string> patterns;
            for (const std::string& name : spellings(parameter)) patterns.push_back(quoted(place.path + " " + name));
            values += "        " + joined(patterns, "|") + ") words=" + quoted(joined(values_of(parameter)));
            values += parameter.is_path ? " files=1" : "";
            values += parameter.completed_by.empty() ? "" : " server=" + parameter.completed_by;
            values += " taken=1 ;;\n";
        }
    }
    return R"(# bash completion for kingshare: source <(kingshare completion bash)
_kingshare_server() {
    local name plain=$whole quote='' cut=''
    case $whole in
        [\"\']*) quote=${whole:0:1} plain=${whole:1} ;;
        *) plain=${whole//\\/} ;;
    esac
    # Bash completes what is behind the last colon of a word that it has cut there.
    [ "$whole" = "$current" ] || cut=${whole%"${whole##*:}"}
    local -a names=()
    mapfile -t names < <(kingshare __complete "$1" -- "$plain" 2>/dev/null </dev/null)
    for name in "${names[@]}"; do
        case $quote in
            '') printf -v name %q "$name" ;;
            \') [[ $name == *\'* ]] && continue ;;
            \") [[ $name == *[\"\$\`\\!]* ]] && continue ;;
        esac
        COMPREPLY+=("${name#"$cut"}")
    done
    compopt +o filenames 2>/dev/null
}
_kingshare() {
    local current=${COMP_WORDS[COMP_CWORD]} path=kingshare word words='' files='' server='' taken='' at=$COMP_CWORD
    local whole=$current
    while [ "$at" -gt 1 ] && { [[ ${COMP_WORDS[at]} == :* ]] || [[ ${COMP_WORDS[at-1]} == *: ]]; }; do
        at=$((at - 1)) whole=${COMP_WORDS[at]}$whole
    done
    local previous=${COMP_WORDS[at-1]}
    for word in "${COMP_WORDS[@]:1:at-1}"; do
        case "$path $word" in
        )" +
           known + R"() path="$path $word" ;;
        esac
    done
    case "$path $previous" in
)" + values +
           R"(    esac
    [ -n "$taken" ] || case "$path" in
)" + words +
           R"(    esac
    if [ -n "$server" ] && [ "${current#-}" = "$current" ]; then  # options when a dash is typed
        local all=$words
        words=''
        for word in $all; do [[ $word == -* ]] || words+=" $word"; done
    fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [ -z "$files" ] || [ "${current#-}" != "$current" ] || COMPREPLY+=($(compgen -f -- "$current"))
    [ -z "$server" ] || [ "${current#-}" != "$current" ] || _kingshare_server "$server"
    [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace +o filenames 2>/dev/null
}
complete -o filenames -F _kingshare kingshare
)";
}

std::string zsh(const std::vector<Place>& places) {
    std::string cases;
    for (const Place& place : places) {
        std::string line = "        " + quoted(place.path) + ")\n";
        std::string words;
        for (const auto& below : place.command->commands) {
            if (!below->hidden) words += " " + quoted(below->name + ":" + below->summary);
        }
        std::string options;
        for (const Parameter& parameter : place.command->parameters) {
            if (!parameter.is_option()) {
                for (const std::string& value : values_of(parameter)) words += " " + quoted(value);
                continue;
            }
            for (const std::string& name : spellings(parameter)) options += " " + quoted(name + ":" + parameter.help);
            if (!parameter.takes_value()) continue;
            line += "            case $words[CURRENT-1] in " + joined(spellings(parameter), "|") + ") ";
            std::string values = joined(values_of(parameter));
            line += parameter.is_path                 ? "_files"
                    : !parameter.completed_by.empty() ? "_kingshare_server " + parameter.completed_by
                    : !parameter.suggestions.empty()  ? "compadd -S '' -- " + values
                    : parameter.choices.empty()       ? "_message " + quoted(parameter.help)
                                                      : "compadd -- " + values;
            line += "; return ;; esac\n";
        }
        if (!words.empty()) line += "            local -a names=(" + words + " ); _describe command names\n";
        line += "            local -a options=(" + options + " '--help:show help' ); _describe -o option options\n";
        if (takes_files(*place.command)) line += "            _files\n";
        if (std::string what = completed_by(*place.command); !what.empty()) line += "            _kingshare_server " + what + "\n";
        cases += line + "            ;;\n";
    }
    std::string known;
    for (const Place& place : places) known += (known.empty() ? "" : "|") + quoted(place.path);
    return "#compdef kingshare\n"
           "# zsh completion for kingshare: source <(kingshare completion zsh), after compinit\n"
           "_kingshare_server() {\n"
           "    local -a found=(\"${(@f)$(kingshare __complete $1 -- \"${(Q)PREFIX}\" 2>/dev/null </dev/null)}\")\n"
           "    found=(\"${(@)found:#}\")\n"
           "    compadd -a found\n"
           "}\n"
           "_kingshare() {\n"
           "    local path_=kingshare word\n"
           "    for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
           "        case \"$path_ $word\" in\n        " +
           known + ") path_=\"$path_ $word\" ;;\n        esac\n    done\n    case $path_ in\n" + cases +
           "    esac\n}\n"
           "compdef _kingshare kingshare\n";
}

std::string fish(const std::vector<Place>& places) {
    std::string text =
        "# fish completion for kingshare: kingshare completion fish | source\n"
        "function __kingshare_at\n"
        "    set -l path kingshare\n"
        "    for word in (commandline -opc)[2..-1]\n"
        "        contains -- \"$path $word\" ";
    for (const Place& place : places) text += quoted(place.path) + " ";
    text +=
        "; and set path \"$path $word\"\n"
        "    end\n"
        "    test \"$path\" = \"$argv[1]\"\n"
        "end\n"
        "complete -c kingshare -f\n";
    for (const Place& place : places) {
        std::string at = "complete -c kingshare -n " + quoted("__kingshare_at " + quoted(place.path));
        auto from_server = [](const std::string& what) {
            return " -a " + quoted("(kingshare __complete " + what + " -- (commandline -ct) 2>/dev/null </dev/null)");
        };
        for (const auto& below : place.command->commands) {
            if (!below->hidden) text += at + " -a " + below->name + " -d " + quoted(below->summary) + "\n";
        }
        for (const Parameter& parameter : place.command->parameters) {
            if (!parameter.is_option()) {
                if (auto values = values_of(parameter); !values.empty()) text += at + " -a " + quoted(joined(values)) + "\n";
                if (!parameter.completed_by.empty()) text += at + from_server(parameter.completed_by) + "\n";
                if (parameter.is_path) text += at + " -F\n";
                continue;
            }
            text += at;
            for (const std::string& name : spellings(parameter)) {
                bool is_long = name.starts_with("--");
                text += is_long ? " -l " + name.substr(2) : " -s " + name.substr(1);
            }
            if (parameter.takes_value()) text += parameter.is_path ? " -r -F" : " -x";
            if (auto values = values_of(parameter); !values.empty()) text += " -a " + quoted(joined(values));
            if (!parameter.completed_by.empty()) text += from_server(parameter.completed_by);
            text += " -d " + quoted(parameter.help) + "\n";
        }
    }
    return text;
}

}  // namespace

std::string completion_script(const Command& program, const std::string& shell) {
    std::vector<Place> places;
    collect(places, program, program.name);
    // Arguments of `help`: all commands, and topics.
    Command tree("help", "");
    add_names(tree, program);
    const std::string help_path = program.name + " help";
    auto help = std::find_if(places.begin(), places.end(), [&](const Place& place) { return place.path == help_path; });
    if (help != places.end()) {
        for (const Parameter& parameter : help->command->parameters) {
            for (const std::string& topic : parameter.suggestions) tree.add(topic, "list all " + topic);
        }
        places.erase(help);
        collect(places, tree, help_path);
    }
    if (shell == "bash") return bash(places);
    return shell == "zsh" ? zsh(places) : fish(places);
}

}  // namespace ks::cli
