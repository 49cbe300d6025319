#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace ks::cli {

// Declarative command syntax, the single source for parsing, help, completion and the manual page.

// An option ("-o,--output") or a positional argument ("FILE").
struct Parameter {
    std::string name;
    std::string value{};  // Placeholder of the option's value in texts: 7d, USER.
    std::string help;
    std::variant<bool*, std::string*, std::vector<std::string>*> target;
    bool required = false;
    bool is_path = false;                    // Completed with filenames.
    std::vector<std::string> choices{};      // If not empty, the only permitted values.
    std::vector<std::string> suggestions{};  // Completed, but other values are permitted.
    std::string completed_by{};              // Completed from the server: the argument of `kingshare __complete`.

    bool is_option() const { return name.front() == '-'; }
    bool takes_value() const { return !std::holds_alternative<bool*>(target); }
    bool is_repeatable() const { return std::holds_alternative<std::vector<std::string>*>(target); }
};

// Help topic: `kingshare help NAME`, and a section of the manual page.
struct Topic {
    struct Entry {
        std::string term;
        std::string text;
    };
    std::string name;
    std::vector<Entry> entries{};
};

class Command {
public:
    Command(std::string name, std::string summary) : name(std::move(name)), summary(std::move(summary)) {}

    Command& add(std::string name, std::string summary);  // Adds a subcommand, owned by this command.
    Command& takes(Parameter parameter);
    Command& flag(std::string name, bool& target, std::string help) {
        return takes({.name = std::move(name), .help = std::move(help), .target = &target});
    }
    Command& option(std::string name, std::string value, std::string& target, std::string help) {
        return takes({.name = std::move(name), .value = std::move(value), .help = std::move(help), .target = &target});
    }
    Command& option(std::string name, std::string value, std::vector<std::string>& target, std::string help) {
        return takes({.name = std::move(name), .value = std::move(value), .help = std::move(help), .target = &target});
    }
    Command* find(std::string_view name) const;  // Returns the direct subcommand, or null.
    Command& details(std::string text);
    Command& runs(std::function<int()> action);

    std::string name;
    std::string summary;  // One line.
    std::string detail;   // Further paragraphs of help.
    std::vector<Parameter> parameters;
    std::vector<std::unique_ptr<Command>> commands;
    std::function<int()> action;
    bool hidden = false;        // Omitted from help, completion and manual; for scripts.
    std::vector<Topic> topics;  // Of the program.
};

// Parses the arguments and runs the command. Returns the exit code: that of the command, or 2 after printing a usage error.
int run(Command& program, const std::string& version, int argc, char** argv);

std::string help_text(const Command& command, const std::string& path);  // path: "kingshare user role"
std::string manual_page(const Command& program);                         // roff, man(7)
std::string completion_script(const Command& program, const std::string& shell);

std::vector<std::string> spellings(const Parameter& parameter);  // "-o,--output": -o and --output
std::string usage_line(const Command& command, const std::string& path);
std::string sentence(std::string text);             // Capital letter, full stop.
std::string spelled(const Parameter& parameter);    // --expires 7d
std::string explained(const Parameter& parameter);  // Its help, with the permitted values.

}  // namespace ks::cli
