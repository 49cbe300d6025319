#include "cli/syntax.h"

#include <algorithm>

namespace ks::cli {

namespace {

constexpr std::size_t width = 100;

// Two columns: what it is called, what it is for.
void add_row(std::string& text, const std::string& left, const std::string& right, std::size_t column) {
    std::string line = "  " + left;
    line.resize(std::max(line.size() + 2, column), ' ');
    std::size_t from = 0;
    while (from < right.size()) {
        std::size_t room = width - std::max(column, std::size_t{20});
        std::size_t to = right.size();
        if (to - from > room) {
            to = right.rfind(' ', from + room);
            if (to == std::string::npos || to <= from) to = right.size();
        }
        text += line + right.substr(from, to - from) + "\n";
        line.assign(column, ' ');
        from = to + (to < right.size() ? 1 : 0);
    }
    if (right.empty()) text += line + "\n";
}

}  // namespace

std::string spelled(const Parameter& parameter) {
    if (!parameter.is_option()) return parameter.name + (parameter.is_repeatable() ? "…" : "");
    std::string text = parameter.name;
    std::replace(text.begin(), text.end(), ',', ' ');
    return parameter.takes_value() ? text + " " + parameter.value : text;
}

std::string explained(const Parameter& parameter) {
    std::string text = parameter.help;
    if (!parameter.choices.empty()) {
        text += ": ";
        for (const std::string& choice : parameter.choices) text += (&choice == &parameter.choices.front() ? "" : ", ") + choice;
    }
    return text + (parameter.is_option() && parameter.is_repeatable() ? " (may be repeated)" : "");
}

std::string usage_line(const Command& command, const std::string& path) {
    std::string line = path;
    if (!command.commands.empty()) return line + " COMMAND";
    bool options = false;
    for (const Parameter& parameter : command.parameters) options = options || parameter.is_option();
    if (options) line += " [OPTIONS]";
    for (const Parameter& parameter : command.parameters) {
        if (parameter.is_option()) continue;
        line += parameter.required ? " " + spelled(parameter) : " [" + spelled(parameter) + "]";
    }
    return line;
}

std::string help_text(const Command& command, const std::string& path) {
    std::string text = command.summary + "\n";
    if (!command.detail.empty()) text += "\n" + command.detail + "\n";
    text += "\nUsage: " + usage_line(command, path) + "\n";
    if (!command.commands.empty()) {
        text += "\nCommands:\n";
        for (const auto& below : command.commands) add_row(text, below->name, below->summary, 22);
        text += "\n" + path + " COMMAND --help tells more of each.\n";
    }
    auto list = [&](const char* title, bool options) {
        bool any = false;
        for (const Parameter& parameter : command.parameters) {
            if (parameter.is_option() != options) continue;
            if (!any) text += std::string("\n") + title + ":\n";
            any = true;
            add_row(text, spelled(parameter), explained(parameter), 28);
        }
    };
    list("Arguments", false);
    list("Options", true);
    return text;
}

}  // namespace ks::cli
