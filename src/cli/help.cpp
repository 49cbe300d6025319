#include "cli/syntax.h"

#include "cli/text.h"

#include <algorithm>

namespace ks::cli {

namespace {

constexpr std::size_t width = 100;

// Wraps text at `columns`, preserving its line breaks.
std::vector<std::string> wrapped(const std::string& text, std::size_t columns) {
    std::vector<std::string> lines{""};
    std::size_t from = 0;
    while (from < text.size()) {
        std::size_t to = std::min(text.find_first_of(" \n", from), text.size());
        std::string word = text.substr(from, to - from);
        if (!lines.back().empty() && width_of(lines.back()) + 1 + width_of(word) > columns) lines.emplace_back();
        lines.back() += (lines.back().empty() ? "" : " ") + word;
        if (to < text.size() && text[to] == '\n') lines.emplace_back();
        from = to + 1;
    }
    return lines;
}

// Appends a row of two columns, the right one wrapped at `column`.
void add_row(std::string& text, const std::string& left, const std::string& right, std::size_t column) {
    std::string begin = "  " + left;
    begin += std::string(width_of(begin) + 2 > column ? 2 : column - width_of(begin), ' ');
    for (const std::string& line : wrapped(right, width - column)) {
        text += begin + line + "\n";
        begin.assign(column, ' ');
    }
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

std::string sentence(std::string text) {
    if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text + ".";
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
    std::string text = sentence(command.summary) + "\n";
    if (!command.detail.empty()) text += "\n";
    for (const std::string& line : wrapped(command.detail, width)) text += line.empty() ? "" : line + "\n";
    text += "\nUsage: " + usage_line(command, path) + "\n";
    if (!command.commands.empty()) {
        text += "\nCommands:\n";
        for (const auto& below : command.commands) {
            if (!below->hidden) add_row(text, below->name, below->summary, 22);
        }
        text += "\n" + path + " COMMAND --help shows more.\n";
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
