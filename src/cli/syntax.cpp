#include "cli/syntax.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>

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
            // An option takes one value each time, so that it never swallows the arguments behind it.
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

const Command* find(const Command& from, const std::string& name) {
    for (const auto& command : from.commands) {
        if (command->name == name) return command.get();
    }
    return nullptr;
}

// The command that the arguments name, as far as they do; `path` becomes what was typed for it.
const Command& named(const Command& program, int argc, char** argv, std::string& path) {
    const Command* command = &program;
    for (int i = 1; i < argc; ++i) {
        const Command* below = find(*command, argv[i]);
        if (!below) break;
        command = below;
        path += std::string(" ") + argv[i];
    }
    return *command;
}

int refuse(const std::string& reason, const std::string& path) {
    std::string help = path == "kingshare" ? "kingshare help" : path + " --help";
    std::fprintf(stderr, "kingshare: %s; see %s\n", reason.c_str(), help.c_str());
    return bad_usage;
}

int show_help(const Command& program, const std::vector<Topic>& topics, const std::vector<std::string>& words) {
    std::string path = program.name;
    const Command* command = &program;
    for (const std::string& word : words) {
        for (const Topic& topic : topics) {
            if (topic.name == word) return std::printf("%s", topic.text.c_str()) < 0;
        }
        command = find(*command, word);
        if (!command) return refuse("there is no help on " + word, program.name);
        path += " " + word;
    }
    return std::printf("%s", help_text(*command, path).c_str()) < 0;
}

}  // namespace

Command& Command::add(std::string name, std::string summary) {
    return *commands.emplace_back(std::make_unique<Command>(std::move(name), std::move(summary)));
}

Command& Command::takes(Parameter parameter) {
    parameters.push_back(std::move(parameter));
    return *this;
}

Command& Command::details(std::string text) {
    detail = std::move(text);
    return *this;
}

Command& Command::runs(std::function<int()> what) {
    action = std::move(what);
    return *this;
}

int run(Command& program, const std::string& version, const std::vector<Topic>& topics, int argc, char** argv) {
    std::vector<std::string> words;
    std::string names;
    for (const Topic& topic : topics) names += "help " + topic.name + ": all " + topic.name + "; ";
    program.add("help", "this text; " + names + "help COMMAND: how it is used")
        .takes({.name = "TOPIC", .help = "a command, or settings", .target = &words})
        .runs([&] { return show_help(program, topics, words); });

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
        // A word where a command should stand.
        int next = static_cast<int>(std::count(path.begin(), path.end(), ' ')) + 1;
        if (!meant.commands.empty() && argc > next) {
            const char* kind = argv[next][0] == '-' ? "option " : "command ";
            std::string before = path.substr(program.name.size());
            return refuse("there is no " + std::string(kind) + (before.empty() ? "" : before.substr(1) + " ") + argv[next], path);
        }
        return refuse(meant.commands.empty() ? error.what() : "a command is missing", path);
    }
    return chosen ? chosen->action() : bad_usage;
}

}  // namespace ks::cli
