#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ks::cli {

// Returns the text as a terminal may show it: control characters, bidirectional controls, other invisible format characters, and line
// separators as JSON writes them (\u001b), bytes that are not UTF-8 as U+FFFD. JSON text stays the same JSON.
std::string printable(std::string_view text);
bool is_printable(std::string_view text);                                    // Whether printable() would change nothing.
std::string with_unprintable_replaced(std::string_view text, char instead);  // For names of files.

std::string from_latin1(std::string_view text);  // Latin-1 as UTF-8.

// The same for a stream whose pieces may end in the middle of a character. Lines and tabs stay.
class PrintableStream {
public:
    std::string take(std::string_view bytes);
    std::string finish();  // What is left of an incomplete character.

private:
    std::string rest_;
};

std::size_t width_of(std::string_view text);                               // In terminal columns, of printable text.
std::string shortened(std::string_view text, std::size_t columns);         // With … at the end where something is left out.
std::string shortened_to_bytes(std::string_view text, std::size_t bytes);  // At a character's boundary.

enum class Style : std::uint8_t { Plain, Bold, Dim, Red, Green, Yellow, QrCode };

// A line for people. Its text is escaped when it is rendered, wherever it came from: only styles become escape sequences.
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
