#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ks::cli {

// Escapes text for a terminal: control characters, bidirectional controls, other invisible format characters and line separators become
// JSON escapes (\u001b), invalid UTF-8 becomes U+FFFD. JSON text keeps its meaning.
std::string printable(std::string_view text);
bool is_printable(std::string_view text);                                    // Whether printable() would change nothing.
std::string with_unprintable_replaced(std::string_view text, char instead);  // For filenames.

std::string from_latin1(std::string_view text);  // Converts Latin-1 to UTF-8.

// printable() for a stream; chunks may end inside a character. Keeps line feeds and tabs.
class PrintableStream {
public:
    std::string take(std::string_view bytes);
    std::string finish();  // Flushes an incomplete character.

private:
    std::string rest_;
};

std::size_t width_of(std::string_view text);                               // Terminal columns of printable text.
std::string shortened(std::string_view text, std::size_t columns);         // Ends with … if truncated.
std::string shortened_to_bytes(std::string_view text, std::size_t bytes);  // Truncated at a character boundary.

enum class Style : std::uint8_t { Plain, Bold, Dim, Red, Green, Yellow, QrCode };

// Styled text. rendered() escapes the text of all spans; only styles produce terminal escape sequences.
class Text {
public:
    Text(std::string text, Style style = Style::Plain) { spans_.push_back({std::move(text), style}); }
    Text(const char* text) : Text(std::string(text)) {}

    friend Text operator+(Text first, const Text& second) {
        first.spans_.insert(first.spans_.end(), second.spans_.begin(), second.spans_.end());
        return first;
    }

    std::string rendered(bool with_colour) const;

private:
    struct Span {
        std::string text;
        Style style;
    };
    std::vector<Span> spans_;
};

inline Text bold(std::string text) { return {std::move(text), Style::Bold}; }
inline Text dim(std::string text) { return {std::move(text), Style::Dim}; }
inline Text red(std::string text) { return {std::move(text), Style::Red}; }
inline Text green(std::string text) { return {std::move(text), Style::Green}; }
inline Text yellow(std::string text) { return {std::move(text), Style::Yellow}; }

}  // namespace ks::cli
