#include "base/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

namespace ks {

namespace {

std::string map(std::string_view text, int options) {
    utf8proc_uint8_t* mapped = nullptr;
    auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                             static_cast<utf8proc_option_t>(options | UTF8PROC_STABLE));
    if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
    if (size < 0) return std::string(text);
    std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
    return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

}  // namespace

std::pair<char32_t, std::size_t> decode_utf8(std::string_view text) {
    auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    auto tail = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
    unsigned lead = at(0);
    if (lead < 0x80) return {lead, text.empty() ? 0 : 1};
    if (lead >= 0xc2 && lead < 0xe0 && tail(1)) return {(lead & 0x1f) << 6 | (at(1) & 0x3f), 2};
    if (lead >= 0xe0 && lead < 0xf0 && tail(1) && tail(2)) {
        char32_t point = (lead & 0x0f) << 12 | (at(1) & 0x3f) << 6 | (at(2) & 0x3f);
        if (point >= 0x800 && (point < 0xd800 || point > 0xdfff)) return {point, 3};
    }
    if (lead >= 0xf0 && lead < 0xf5 && tail(1) && tail(2) && tail(3)) {
        char32_t point = (lead & 0x07) << 18 | (at(1) & 0x3f) << 12 | (at(2) & 0x3f) << 6 | (at(3) & 0x3f);
        if (point >= 0x10000 && point <= 0x10ffff) return {point, 4};
    }
    return {0, 0};
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        auto [point, size] = decode_utf8(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

std::string normalize(std::string_view text) { return is_ascii(text) ? std::string(text) : map(text, UTF8PROC_COMPOSE); }

std::string fold_case(std::string_view text) {
    if (is_ascii(text)) {
        std::string folded(text);
        for (char& c : folded) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
        return folded;
    }
    // Decompose first: folding U+0345 locks a mark into a letter, which must come after the other marks.
    return map(map(text, UTF8PROC_DECOMPOSE), UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE);
}

bool is_invisible(char32_t point) {
    constexpr char32_t blank_braille = 0x2800;
    auto code = static_cast<utf8proc_int32_t>(point);
    switch (utf8proc_category(code)) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP: return true;
        default: return point == blank_braille || utf8proc_get_property(code)->ignorable;
    }
}

std::size_t utf16_length(std::string_view text) {
    std::size_t units = 0;
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        units += byte >= 0xf0 ? 2 : (byte & 0xc0) == 0x80 ? 0 : 1;
    }
    return units;
}

}  // namespace ks
