#include "model/file.h"

#include <cwchar>
#include <cwctype>
#include <locale.h>
#include <unordered_map>
#include <unordered_set>

namespace ks {

namespace {

constexpr std::size_t longest_filename = 255;

// The code point at the front of `text` (RFC 3629: no overlong form, no surrogate) and how many bytes it takes; 0 bytes when there is none.
std::pair<char32_t, std::size_t> code_point(std::string_view text) {
    auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    auto tail = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
    unsigned lead = at(0);
    if (lead < 0x80) return {lead, 1};
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

void append_utf8(std::string& out, char32_t point) {
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xc0 | point >> 6);
        out += static_cast<char>(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        out += static_cast<char>(0xe0 | point >> 12);
        out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (point & 0x3f));
    } else {
        out += static_cast<char>(0xf0 | point >> 18);
        out += static_cast<char>(0x80 | (point >> 12 & 0x3f));
        out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (point & 0x3f));
    }
}

// "a.txt" → "a (2).txt". Of a name that would get too long, the end before the extension goes.
std::string numbered(std::string_view name, int number) {
    constexpr std::size_t longest_extension = 16;
    auto dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || name.size() - dot > longest_extension) dot = name.size();
    std::string tail = " (" + std::to_string(number) + ")" + std::string(name.substr(dot));
    std::size_t kept = std::min(dot, longest_filename - tail.size());
    while (kept < dot && (static_cast<unsigned char>(name[kept]) & 0xc0) == 0x80) --kept;  // no code point is cut in two
    return std::string(name.substr(0, kept)) + tail;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        auto [point, size] = code_point(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

Result<std::string> clean_filename(std::string_view given) {
    if (auto slash = given.find_last_of("/\\"); slash != std::string_view::npos) given.remove_prefix(slash + 1);
    if (!is_utf8(given)) return bad_field("filename", "A file name is UTF-8 text");
    std::string name;
    while (!given.empty()) {
        auto [point, size] = code_point(given);
        // Controls, and the marks that turn the direction of text: with them a name shows another extension than it has.
        bool hidden =
            point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
        if (!hidden) name.append(given.substr(0, size));
        given.remove_prefix(size);
    }
    while (!name.empty() && name.front() == ' ') name.erase(0, 1);
    while (!name.empty() && name.back() == ' ') name.pop_back();
    if (name.empty() || name == "." || name == "..") return bad_field("filename", "A file needs a name");
    if (name.size() > longest_filename) return bad_field("filename", "A file name has at most 255 bytes");
    return name;
}

std::vector<std::string> distinct_filenames(const std::vector<File>& files) {
    std::vector<std::string> names;
    std::unordered_set<std::string> taken;         // folded
    std::unordered_map<std::string, int> numbers;  // the last one given, by the folded name as it was
    for (const File& file : files) {
        std::string name = file.filename;
        int& number = numbers.try_emplace(fold_case(name), 1).first->second;
        while (!taken.insert(fold_case(name)).second) name = numbered(file.filename, ++number);
        names.push_back(std::move(name));
    }
    return names;
}

std::string clean_content_type(std::string_view given) {
    auto slash = given.find('/');
    bool plausible = given.size() <= 255 && slash != std::string_view::npos && slash > 0 && slash + 1 < given.size();
    for (char c : given) plausible = plausible && c >= ' ' && c < 0x7f;
    return plausible ? std::string(given) : "application/octet-stream";
}

std::string fold_case(std::string_view utf8) {
    static const locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    std::string folded;
    folded.reserve(utf8.size());
    while (!utf8.empty()) {
        auto [point, size] = code_point(utf8);
        if (size == 0) break;
        append_utf8(folded, unicode ? static_cast<char32_t>(towlower_l(static_cast<wint_t>(point), unicode)) : point);
        utf8.remove_prefix(size);
    }
    return folded;
}

}  // namespace ks
