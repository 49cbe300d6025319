#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace ks::cli {

// What a command takes, said once: parsing, help, completion and the manual page all come from it.

// An option ("--expires", with a `value` where it takes one) or a positional argument ("FILE").
struct Parameter {
    std::string name;
    std::string value{};  // what stands for its value in texts: 7d, USER
    std::string help;
    std::variant<bool*, std::string*, std::vector<std::string>*> target;
    bool required = false;
    bool is_path = false;                    // completed as the name of a file
    std::vector<std::string> choices{};      // where nothing else is allowed
    std::vector<std::string> suggestions{};  // completed, where other values are allowed too
    std::string completed_by{};              // what of a server completes it: an argument of `kingshare __complete`

    bool is_option() const { return name.front() == '-'; }
    bool takes_value() const { return !std::holds_alternative<bool*>(target); }
    bool is_repeatable() const { return std::holds_alternative<std::vector<std::string>*>(target); }
};

class Command {
public:
    Command(std::string name, std::string summary) : name(std::move(name)), summary(std::move(summary)) {}

    Command& add(std::string name, std::string summary);  // a command below this one; lives as long as it
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
    Command* find(std::string_view name) const;  // Returns the command of that name below this one, or null.
    Command& details(std::string text);
    Command& runs(std::function<int()> action);

    std::string name;
    std::string summary;  // of one line
    std::string detail;   // what else is to be known
    std::vector<Parameter> parameters;
    std::vector<std::unique_ptr<Command>> commands;
    std::function<int()> action;
    bool hidden = false;  // for scripts: in no help, completion or manual
};

// A text that `help` shows by its name.
struct Topic {
    std::string name;
    std::string text;
};

// Understands the arguments and runs the command that they mean. The exit status of the process; 2 for what is not understood.
int run(Command& program, const std::string& version, const std::vector<Topic>& topics, int argc, char** argv);

std::string help_text(const Command& command, const std::string& path);  // path: "kingshare user role"
std::string manual_page(const Command& program);                         // roff, man(7)
std::string completion_script(const Command& program, const std::string& shell);

std::vector<std::string> spellings(const Parameter& parameter);  // "-o,--output": -o and --output
std::string usage_line(const Command& command, const std::string& path);
std::string sentence(std::string text);             // Capital letter, full stop.
std::string spelled(const Parameter& parameter);    // --expires 7d
std::string explained(const Parameter& parameter);  // its help, with what may be chosen

}  // namespace ks::cli
