#include "cli/suggestion.h"
#include "cli/syntax.h"
#include "cli/terminal.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <map>

namespace ks::cli {

namespace {

constexpr int bad_usage = 2;

void describe(CLI::App& app, const Command& command, const Command*& chosen) {
    for (const Parameter& parameter : command.parameters) {
        CLI::Option* option = nullptr;
        if (auto* flag = std::get_if<bool*>(&parameter.target)) option = app.add_flag(parameter.name, **flag);
        if (auto* text = std::get_if<std::string*>(&parameter.target)) option = app.add_option(parameter.name, **text);
        if (auto* list = std::get_if<std::vector<std::string>*>(&parameter.target)) {
            option = app.add_option(parameter.name, **list);
            // One value per occurrence; otherwise CLI11 would consume the positional arguments after it.
            if (parameter.is_option()) option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        }
        option->required(parameter.required);
        if (!parameter.choices.empty()) option->check(CLI::IsMember(parameter.choices));
    }
    for (const auto& below : command.commands) describe(*app.add_subcommand(below->name), *below, chosen);
    if (!command.commands.empty()) app.require_subcommand(1);
    app.final_callback([&command, &chosen] {
        if (command.action) chosen = &command;
    });
}

// Returns the deepest command that the leading arguments name, and appends their names to `path`.
const Command& named(const Command& program, int argc, char** argv, std::string& path) {
    const Command* command = &program;
    for (int i = 1; i < argc; ++i) {
        const Command* below = command->find(argv[i]);
        if (!below) break;
        command = below;
        path += std::string(" ") + argv[i];
    }
    return *command;
}

int refuse(const std::string& reason, const std::string& path) {
    std::string help = path == "kingshare" ? "kingshare help" : path + " --help";
    note("kingshare: " + reason + (reason.ends_with('?') ? " See " : "; see ") + help);
    return bad_usage;
}

// Maps command names of other programs to ours; empty if unknown.
std::string synonym(const std::string& word) {
    static const std::map<std::string, std::string> known{
        {"upload", "send"}, {"put", "send"},        {"push", "send"},    {"download", "get"},      {"fetch", "get"},
        {"pull", "get"},    {"list", "ls"},         {"dir", "ls"},       {"delete", "rm"},         {"remove", "rm"},
        {"del", "rm"},      {"unshare", "revoke"},  {"signin", "login"}, {"signout", "logout"},    {"start", "serve"},
        {"run", "serve"},   {"password", "passwd"}, {"man", "manual"},   {"version", "--version"}, {"links", "shares"},
        {"users", "user"},  {"tokens", "token"}};
    auto found = known.find(word);
    return found == known.end() ? "" : found->second;
}

std::string meant_command(const Command& command, const std::string& word, bool is_program) {
    std::vector<std::string> names;
    for (const auto& below : command.commands) {
        if (!below->hidden) names.push_back(below->name);
    }
    std::string near = closest(word, names);
    return near.empty() && is_program ? synonym(word) : near;
}

// Returns a message for the usage error in the arguments of `command`.
std::string what_is_wrong(const Command& command, const std::vector<std::string>& words, const std::string& error) {
    std::vector<std::string> options{"--help"};
    for (const Parameter& parameter : command.parameters) {
        if (parameter.is_option()) {
            for (std::string& name : spellings(parameter)) options.push_back(std::move(name));
        }
        // CLI11's format: "--sort: naem not in {…}"
        if (std::string begin = parameter.name + ": "; !parameter.choices.empty() && error.starts_with(begin)) {
            std::string value = error.substr(begin.size(), error.find(" not in ") - begin.size());
            std::string near = closest(value, parameter.choices);
            std::string allowed = near.empty() ? "it must be one of" : "";
            for (const std::string& choice : parameter.choices) allowed += near.empty() ? " " + choice : "";
            std::string message = begin + "\"" + value;
            message.append("\" is not allowed; ").append(allowed);
            return near.empty() ? message : message.append("did you mean ").append(near).append("?");
        }
    }
    for (const std::string& word : words) {
        if (word == "--") break;
        std::string name = word.substr(0, word.find('='));
        if (!name.starts_with("--") || std::find(options.begin(), options.end(), name) != options.end()) continue;
        return "unknown option " + name + did_you_mean(closest(name, options));
    }
    return error;
}

int show_topic(const Topic& topic) {
    bool failed = false;
    for (const auto& [term, text] : topic.entries) failed |= std::printf("%s: %s\n", term.c_str(), text.c_str()) < 0;
    return failed;
}

int show_help(const Command& program, const std::vector<std::string>& words) {
    std::string path = program.name;
    const Command* command = &program;
    for (const std::string& word : words) {
        for (const Topic& topic : program.topics) {
            if (topic.name == word) return show_topic(topic);
        }
        const Command* below = command->find(word);
        if (!below) {
            std::string near = meant_command(*command, word, command == &program);
            for (const Topic& topic : program.topics) near = near.empty() ? closest(word, {topic.name}) : near;
            return refuse("no help available for " + word + did_you_mean(near), program.name);
        }
        command = below;
        path += " " + word;
    }
    return std::printf("%s", help_text(*command, path).c_str()) < 0;
}

}  // namespace

Command& Command::add(std::string name, std::string summary) {
    return *commands.emplace_back(std::make_unique<Command>(std::move(name), std::move(summary)));
}

Command* Command::find(std::string_view wanted) const {
    for (const auto& command : commands) {
        if (command->name == wanted) return command.get();
    }
    return nullptr;
}

Command& Command::takes(Parameter parameter) {
    parameters.push_back(std::move(parameter));
    return *this;
}

Command& Command::details(std::string text) {
    detail = std::move(text);
    return *this;
}

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

Command& Command::runs(std::function<int()> what) {
    action = std::move(what);
    return *this;
}

int run(Command& program, const std::string& version, int argc, char** argv) {
    std::vector<std::string> words;
    std::string names;
    std::vector<std::string> topic_names;
    for (const Topic& topic : program.topics) topic_names.push_back(topic.name);
    for (const Topic& topic : program.topics) names += "help " + topic.name + ": list all " + topic.name + "; ";
    program.add("help", "show this help; " + names + "help COMMAND: show its usage")
        .takes({.name = "TOPIC", .help = "a command or settings", .target = &words, .suggestions = topic_names})
        .runs([&] { return show_help(program, words); });

    CLI::App app(program.summary, program.name);
    const Command* chosen = nullptr;
    describe(app, program, chosen);
    app.set_version_flag("--version", version);
    std::string path = program.name;
    const Command& meant = named(program, argc, argv, path);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::printf("%s", help_text(meant, path).c_str());
        return 0;
    } catch (const CLI::CallForVersion& asked) {
        return app.exit(asked);
    } catch (const CLI::ParseError& error) {
        // An unknown word in place of a subcommand.
        int next = static_cast<int>(std::count(path.begin(), path.end(), ' ')) + 1;
        if (!meant.commands.empty() && argc > next) {
            const char* kind = argv[next][0] == '-' ? "option " : "command ";
            std::string before = path.substr(program.name.size());
            if (!before.empty()) before = before.substr(1) + " ";
            bool is_option = argv[next][0] == '-';
            std::string near =
                is_option ? closest(argv[next], {"--help", "--version"}) : meant_command(meant, argv[next], &meant == &program);
            return refuse("unknown " + std::string(kind) + before + argv[next] + did_you_mean(near.empty() ? "" : before + near), path);
        }
        if (!meant.commands.empty()) return refuse("command required", path);
        std::vector<std::string> behind(argv + std::min(next, argc), argv + argc);
        return refuse(what_is_wrong(meant, behind, error.what()), path);
    }
    return chosen ? chosen->action() : bad_usage;
}

}  // namespace ks::cli
