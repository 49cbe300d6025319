#include "cli/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <utility>

namespace ks::cli {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t c) {
    auto at = std::upper_bound(ranges.begin(), ranges.end(), c, [](char32_t value, const Range& range) { return value < range.first; });
    return at != ranges.begin() && c <= std::prev(at)->last;
}

// Control characters, bidirectional controls and invisible code points. Not U+200C and U+200D: some scripts and emoji need them.
constexpr std::array<Range, 13> unsafe{{{0x00, 0x1F},
                                        {0x7F, 0x9F},
                                        {0xAD, 0xAD},
                                        {0x61C, 0x61C},
                                        {0x180E, 0x180E},
                                        {0x200B, 0x200B},
                                        {0x200E, 0x200F},
                                        {0x2028, 0x202E},
                                        {0x2060, 0x206F},
                                        {0xFDD0, 0xFDEF},
                                        {0xFEFF, 0xFEFF},
                                        {0xFFF9, 0xFFFB},
                                        {0xE0000, 0xE007F}}};

// Combining marks of the common scripts, and joiners.
constexpr std::array<Range, 34> zero_width{
    {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x5BF, 0x5BF},   {0x5C1, 0x5C2},   {0x5C4, 0x5C5},    {0x610, 0x61A},
     {0x64B, 0x65F},   {0x670, 0x670},   {0x6D6, 0x6DC},   {0x6DF, 0x6E4},   {0x730, 0x74A},   {0x8E3, 0x902},    {0x93C, 0x93C},
     {0x941, 0x948},   {0x94D, 0x94D},   {0x9BC, 0x9BC},   {0x9C1, 0x9C4},   {0x9CD, 0x9CD},   {0xA41, 0xA51},    {0xBCD, 0xBCD},
     {0xE31, 0xE31},   {0xE34, 0xE3A},   {0xE47, 0xE4E},   {0xEB4, 0xEBC},   {0x1160, 0x11FF}, {0x1AB0, 0x1AFF},  {0x1DC0, 0x1DFF},
     {0x200C, 0x200D}, {0x20D0, 0x20F0}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF}}};

// East Asian Width W and F (UAX #11), with the gaps between emoji filled: overestimating a width never breaks a line.
constexpr std::array<Range, 40> wide{{{0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},   {0x23F0, 0x23F0},
                                      {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x267F, 0x267F},
                                      {0x2693, 0x2693},   {0x26A1, 0x26A1},   {0x26AA, 0x26AB},   {0x26BD, 0x26CE},   {0x26D4, 0x26D4},
                                      {0x26EA, 0x26EA},   {0x26F2, 0x26FD},   {0x2705, 0x270B},   {0x2728, 0x2728},   {0x274C, 0x274E},
                                      {0x2753, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27BF},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B55},
                                      {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
                                      {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18CFF},
                                      {0x1AFF0, 0x1B2FF}, {0x1F004, 0x1F0CF}, {0x1F18E, 0x1F265}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}}};

constexpr std::string_view replacement = "\uFFFD";

struct Decoded {
    char32_t character = 0;
    std::size_t length = 1;
    bool valid = false;
    bool incomplete = false;  // A valid prefix; needs more bytes.
};

// Decodes the first character (UTF-8, RFC 3629). `text` must not be empty.
Decoded decode(std::string_view text) {
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    std::size_t length = lead >= 0xC2 && lead <= 0xDF ? 2 : lead >= 0xE0 && lead <= 0xEF ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
    if (length == 0) return {};
    char32_t character = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if (i == text.size()) return {0, 1, false, true};
        unsigned char low = i == 1 && lead == 0xE0 ? 0xA0 : i == 1 && lead == 0xF0 ? 0x90 : 0x80;
        unsigned char high = i == 1 && lead == 0xED ? 0x9F : i == 1 && lead == 0xF4 ? 0x8F : 0xBF;
        if (byte(i) < low || byte(i) > high) return {};
        character = (character << 6) | (byte(i) & 0x3FU);
    }
    return {character, length, true};
}

bool is_unsafe(char32_t c) { return is_in(unsafe, c) || (c & 0xFFFE) == 0xFFFE; }

std::string escaped(char32_t c) {
    if (c == '\n') return "\\n";
    if (c == '\t') return "\\t";
    if (c == '\r') return "\\r";
    char text[16];
    if (c > 0xFFFF) {
        std::snprintf(text, sizeof text, "\\u%04x\\u%04x", static_cast<unsigned>(0xD7C0 + (c >> 10)),
                      static_cast<unsigned>(0xDC00 + (c & 0x3FF)));
    } else {
        std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(c));
    }
    return text;
}

// Replaces unsafe characters by replace(c) and invalid bytes by `invalid`.
template <class Replace>
std::string escape(std::string_view text, std::string_view invalid, Replace replace) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        Decoded next = decode(text);
        if (!next.valid) {
            out += invalid;
        } else if (is_unsafe(next.character)) {
            out += replace(next.character);
        } else {
            out += text.substr(0, next.length);
        }
        text.remove_prefix(next.length);
    }
    return out;
}

std::size_t width_of(const Decoded& decoded) {
    if (!decoded.valid) return 1;
    return is_in(zero_width, decoded.character) ? 0 : is_in(wide, decoded.character) ? 2 : 1;
}

const char* code_of(Style style) {
    switch (style) {
        case Style::Plain: return "";
        case Style::Bold: return "\033[1m";
        case Style::Dim: return "\033[2m";
        case Style::Red: return "\033[31m";
        case Style::Green: return "\033[32m";
        case Style::Yellow: return "\033[33m";
        case Style::QrCode: return "\033[38;5;16;48;5;231m";
    }
    return "";
}

}  // namespace

std::string printable(std::string_view text) { return escape(text, replacement, escaped); }

std::string with_unprintable_replaced(std::string_view text, char instead) {
    std::string mark(1, instead);
    return escape(text, mark, [&](char32_t) { return mark; });
}

bool is_printable(std::string_view text) { return printable(text) == text; }

std::string from_latin1(std::string_view text) {
    std::string out;
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80) out += static_cast<char>(0xC0 | (byte >> 6));
        out += byte < 0x80 ? c : static_cast<char>(0x80 | (byte & 0x3F));
    }
    return out;
}

std::string PrintableStream::take(std::string_view bytes) {
    std::string text = std::exchange(rest_, {}) + std::string(bytes);
    for (std::size_t tail = 1; tail <= std::min<std::size_t>(3, text.size()); ++tail) {
        if (!decode(std::string_view(text).substr(text.size() - tail)).incomplete) continue;
        rest_ = text.substr(text.size() - tail);
        text.resize(text.size() - tail);
        break;
    }
    return escape(text, replacement, [](char32_t c) { return c == '\n' || c == '\t' ? std::string(1, static_cast<char>(c)) : escaped(c); });
}

std::string PrintableStream::finish() { return printable(std::exchange(rest_, {})); }

std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        Decoded next = decode(text);
        width += width_of(next);
        text.remove_prefix(next.length);
    }
    return width;
}

std::string shortened(std::string_view text, std::size_t columns) {
    if (width_of(text) <= columns) return std::string(text);
    if (columns == 0) return "";
    std::size_t width = 1;  // For the …
    std::size_t bytes = 0;
    while (bytes < text.size()) {
        Decoded next = decode(text.substr(bytes));
        width += width_of(next);
        if (width > columns) break;
        bytes += next.length;
    }
    return std::string(text.substr(0, bytes)) + "…";
}

std::string shortened_to_bytes(std::string_view text, std::size_t bytes) {
    std::size_t end = 0;
    while (end < text.size()) {
        std::size_t next = end + decode(text.substr(end)).length;
        if (next > bytes) break;
        end = next;
    }
    return std::string(text.substr(0, end));
}

std::string Text::rendered(bool with_colour) const {
    std::string out;
    for (const Span& span : spans_) {
        bool styled = with_colour && span.style != Style::Plain;
        out += styled ? code_of(span.style) + printable(span.text) + "\033[0m" : printable(span.text);
    }
    return out;
}

}  // namespace ks::cli
