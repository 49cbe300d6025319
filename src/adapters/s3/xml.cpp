#include "adapters/s3/xml.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ks::s3 {

namespace {

constexpr int deepest = 8;
constexpr std::string_view spaces = " \t\r\n";

// Appends the character that a reference like "amp" or "#x22" stands for. Returns false for unknown ones.
bool append_reference(std::string& text, std::string_view name) {
    constexpr std::pair<std::string_view, char> predefined[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (const auto& [known, c] : predefined) {
        if (name == known) return text += c, true;
    }
    if (!name.starts_with('#')) return false;
    name.remove_prefix(1);
    bool is_hex = name.starts_with('x');
    if (is_hex) name.remove_prefix(1);
    unsigned code = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, is_hex ? 16 : 10);
    if (error != std::errc() || end != name.data() + name.size() || code == 0 || code > 127) return false;
    text += static_cast<char>(code);
    return true;
}

class Parser {
public:
    explicit Parser(std::string_view text) : rest_(text) {}

    std::optional<XmlElement> document() {
        XmlElement root;
        if (!skip_blank() || (rest_.starts_with("<?xml") && !skip_past("?>")) || !skip_blank() || !element(root, 1) || !skip_blank() ||
            !rest_.empty())
            return std::nullopt;
        return root;
    }

private:
    bool skip(std::string_view token) {
        if (!rest_.starts_with(token)) return false;
        rest_.remove_prefix(token.size());
        return true;
    }
    bool skip_past(std::string_view token) {
        auto found = rest_.find(token);
        if (found == std::string_view::npos) return false;
        rest_.remove_prefix(found + token.size());
        return true;
    }
    // Skips white space and comments. Returns false if a comment has no end.
    bool skip_blank() {
        while (true) {
            rest_.remove_prefix(std::min(rest_.find_first_not_of(spaces), rest_.size()));
            if (!rest_.starts_with("<!--")) return true;
            if (!skip_past("-->")) return false;
        }
    }

    bool element(XmlElement& parsed, int depth) {
        if (depth > deepest || !skip("<")) return false;
        parsed.name = rest_.substr(0, rest_.find_first_of(" \t\r\n/><&"));
        if (parsed.name.empty() || parsed.name.front() == '!' || parsed.name.front() == '?') return false;
        rest_.remove_prefix(parsed.name.size());
        bool is_empty = false;
        return attributes(is_empty) && (is_empty || content(parsed, depth));
    }

    // Skips the attributes and the end of the start tag.
    bool attributes(bool& is_empty) {
        while (true) {
            auto special = rest_.find_first_of("\"'></");
            if (special == std::string_view::npos || rest_[special] == '<') return false;
            char c = rest_[special];
            rest_.remove_prefix(special + 1);
            if (c == '>') return true;
            if (c == '/') return is_empty = true, skip(">");
            if (!skip_past(std::string_view(&c, 1))) return false;
        }
    }

    // Parses up to the end tag.
    bool content(XmlElement& parsed, int depth) {
        while (true) {
            auto markup = rest_.find_first_of("<&");
            if (markup == std::string_view::npos) return false;
            parsed.text += rest_.substr(0, markup);
            rest_.remove_prefix(markup);
            if (skip("&")) {
                auto end = rest_.find(';');
                if (end == std::string_view::npos || !append_reference(parsed.text, rest_.substr(0, end))) return false;
                rest_.remove_prefix(end + 1);
            } else if (skip("</")) {
                if (!skip(parsed.name)) return false;
                rest_.remove_prefix(std::min(rest_.find_first_not_of(spaces), rest_.size()));
                return skip(">");
            } else if (rest_.starts_with("<!--")) {
                if (!skip_past("-->")) return false;
            } else if (!element(parsed.children.emplace_back(), depth + 1)) {
                return false;
            }
        }
    }

    std::string_view rest_;
};

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const {
    auto named = [child_name](const XmlElement& element) { return element.name == child_name; };
    auto found = std::find_if(children.begin(), children.end(), named);
    return found == children.end() ? nullptr : &*found;
}

const std::string& XmlElement::text_of(std::string_view child_name) const {
    static const std::string empty;
    const XmlElement* found = child(child_name);
    return found ? found->text : empty;
}

std::optional<XmlElement> parse_xml(std::string_view text) { return Parser(text).document(); }

}  // namespace ks::s3
