#include "cli/syntax.h"

namespace ks::cli {

namespace {

// A place in the tree of commands: "kingshare user role".
struct Place {
    const Command* command;
    std::string path;
};

void collect(std::vector<Place>& places, const Command& command, const std::string& path) {
    places.push_back({&command, path});
    for (const auto& below : command.commands) collect(places, *below, path + " " + below->name);
}

// "-o,--output" as its spellings.
std::vector<std::string> spellings(const Parameter& parameter) {
    std::vector<std::string> names;
    std::size_t from = 0;
    while (from <= parameter.name.size()) {
        std::size_t to = std::min(parameter.name.find(',', from), parameter.name.size());
        names.push_back(parameter.name.substr(from, to - from));
        from = to + 1;
    }
    return names;
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

std::vector<std::string> words_at(const Command& command) {
    std::vector<std::string> words;
    for (const auto& below : command.commands) words.push_back(below->name);
    for (const Parameter& parameter : command.parameters) {
        if (parameter.is_option()) {
            for (std::string& name : spellings(parameter)) words.push_back(std::move(name));
        } else {
            words.insert(words.end(), parameter.choices.begin(), parameter.choices.end());
        }
    }
    words.emplace_back("--help");
    return words;
}

bool takes_files(const Command& command) {
    for (const Parameter& parameter : command.parameters) {
        if (!parameter.is_option() && parameter.is_path) return true;
    }
    return false;
}

// Bash knows the command by the words before the cursor that are names, and the option by the word just before it.
std::string bash(const std::vector<Place>& places) {
    std::string words;
    std::string values;
    for (const Place& place : places) {
        std::string line = "        " + quoted(place.path) + ") words=" + quoted(joined(words_at(*place.command)));
        words += line + (takes_files(*place.command) ? " files=1 ;;\n" : " ;;\n");
        for (const Parameter& parameter : place.command->parameters) {
            if (!parameter.is_option() || !parameter.takes_value()) continue;
            std::vector<std::string> patterns;
            for (const std::string& name : spellings(parameter)) patterns.push_back(quoted(place.path + " " + name));
            values += "        " + joined(patterns, "|") + ") words=" + quoted(joined(parameter.choices));
            values += parameter.is_path ? " files=1" : "";
            values += " taken=1 ;;\n";
        }
    }
    return "# bash completion for kingshare: source <(kingshare completion bash)\n"
           "_kingshare() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} path=kingshare word words='' files='' "
           "taken=''\n"
           "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
           "        case \"$path $word\" in\n" +
           [&] {
               std::string known;
               for (const Place& place : places) known += (known.empty() ? "" : "|") + quoted(place.path);
               return "        " + known + ") path=\"$path $word\" ;;\n";
           }() +
           "        esac\n    done\n    case \"$path $previous\" in\n" + values + "    esac\n    [ -n \"$taken\" ] || case \"$path\" in\n" +
           words +
           "    esac\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "    [ -z \"$files\" ] || [ \"${current#-}\" != \"$current\" ] || COMPREPLY+=($(compgen -f -- \"$current\"))\n"
           "}\n"
           "complete -o filenames -F _kingshare kingshare\n";
}

std::string zsh(const std::vector<Place>& places) {
    std::string cases;
    for (const Place& place : places) {
        std::string line = "        " + quoted(place.path) + ")\n";
        std::string words;
        for (const auto& below : place.command->commands) words += " " + quoted(below->name + ":" + below->summary);
        std::string options;
        for (const Parameter& parameter : place.command->parameters) {
            if (!parameter.is_option()) {
                if (!parameter.choices.empty()) words += " " + joined(parameter.choices);
                continue;
            }
            for (const std::string& name : spellings(parameter)) options += " " + quoted(name + ":" + parameter.help);
            if (!parameter.takes_value()) continue;
            line += "            case $words[CURRENT-1] in " + joined(spellings(parameter), "|") + ") ";
            line += parameter.is_path           ? "_files"
                    : parameter.choices.empty() ? "_message " + quoted(parameter.help)
                                                : "compadd " + joined(parameter.choices);
            line += "; return ;; esac\n";
        }
        if (!words.empty()) line += "            local -a names=(" + words + " ); _describe command names\n";
        line += "            local -a options=(" + options + " '--help:show help' ); _describe -o option options\n";
        if (takes_files(*place.command)) line += "            _files\n";
        cases += line + "            ;;\n";
    }
    std::string known;
    for (const Place& place : places) known += (known.empty() ? "" : "|") + quoted(place.path);
    return "#compdef kingshare\n"
           "# zsh completion for kingshare: source <(kingshare completion zsh), after compinit\n"
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
        for (const auto& below : place.command->commands) text += at + " -a " + below->name + " -d " + quoted(below->summary) + "\n";
        for (const Parameter& parameter : place.command->parameters) {
            if (!parameter.is_option()) {
                if (!parameter.choices.empty()) text += at + " -a " + quoted(joined(parameter.choices)) + "\n";
                if (parameter.is_path) text += at + " -F\n";
                continue;
            }
            text += at;
            for (const std::string& name : spellings(parameter)) {
                bool is_long = name.starts_with("--");
                text += is_long ? " -l " + name.substr(2) : " -s " + name.substr(1);
            }
            if (parameter.takes_value()) text += parameter.is_path ? " -r -F" : " -x";
            if (!parameter.choices.empty()) text += " -a " + quoted(joined(parameter.choices));
            text += " -d " + quoted(parameter.help) + "\n";
        }
    }
    return text;
}

}  // namespace

std::string completion_script(const Command& program, const std::string& shell) {
    std::vector<Place> places;
    collect(places, program, program.name);
    if (shell == "bash") return bash(places);
    return shell == "zsh" ? zsh(places) : fish(places);
}

}  // namespace ks::cli
