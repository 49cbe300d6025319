#include "model/filename.h"

#include "base/unicode.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace ks {

namespace {

constexpr std::size_t longest_filename = 255;  // in UTF-16 units, like NTFS, APFS and exFAT

// Control characters, line and paragraph separators, and bidirectional controls, which make a name show a false extension.
bool is_dropped(char32_t point) {
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

// Returns the code points of a name that are visible on a screen.
std::string visible_part(std::string_view name) {
    std::string visible;
    while (!name.empty()) {
        auto [point, size] = decode_utf8(name);
        if (!is_invisible(point)) visible.append(name.substr(0, size));
        name.remove_prefix(size);
    }
    return visible;
}

// Returns the longest prefix of at most `units` UTF-16 units; never splits a code point.
std::string_view front(std::string_view text, std::size_t units) {
    std::size_t kept = 0;
    while (kept < text.size()) {
        std::size_t size = decode_utf8(text.substr(kept)).second;
        std::size_t wide = size == 4 ? 2 : 1;
        if (size == 0 || wide > units) break;
        units -= wide;
        kept += size;
    }
    return text.substr(0, kept);
}

// "a.txt" → "a (2).txt". A name that would get too long is truncated before its extension.
std::string numbered(std::string_view name, int number) {
    constexpr std::size_t longest_extension = 16;
    auto dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || name.size() - dot > longest_extension) dot = name.size();
    std::string tail = " (" + std::to_string(number) + ")" + std::string(name.substr(dot));
    return std::string(front(name.substr(0, dot), longest_filename - utf16_length(tail))) + tail;
}

// Windows opens a device for these names, with any extension.
bool is_device(std::string_view name) {
    std::string stem = fold_case(name.substr(0, name.find('.')));
    while (!stem.empty() && stem.back() == ' ') stem.pop_back();
    static const std::unordered_set<std::string> devices{"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"};
    if (devices.contains(stem)) return true;
    if (!stem.starts_with("com") && !stem.starts_with("lpt")) return false;
    std::string_view port = std::string_view(stem).substr(3);
    bool digit = port.size() == 1 && port[0] >= '0' && port[0] <= '9';
    return digit || port == "¹" || port == "²" || port == "³";
}

std::string portable(std::string_view filename) {
    std::string name = normalize(filename);
    for (char& c : name) {
        bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        if (control || std::string_view("\"*/:<>?\\|").find(c) != std::string_view::npos) c = '_';
    }
    for (std::size_t i = name.size(); i > 0 && (name[i - 1] == '.' || name[i - 1] == ' '); --i) name[i - 1] = '_';
    if (!is_device(name)) return name;
    name.insert(0, "_");
    return std::string(front(name, longest_filename));
}

}  // namespace

Result<std::string> clean_filename(std::string_view given) {
    // Unix file names may end with a backslash.
    while (!given.empty() && given.back() == '\\') given.remove_suffix(1);
    if (auto slash = given.find_last_of("/\\"); slash != std::string_view::npos) given.remove_prefix(slash + 1);
    if (!is_utf8(given)) return bad_field("filename", "The filename must be valid UTF-8");
    std::string name;
    while (!given.empty()) {
        auto [point, size] = decode_utf8(given);
        if (!is_dropped(point)) name.append(given.substr(0, size));
        given.remove_prefix(size);
    }
    while (!name.empty() && name.front() == ' ') name.erase(0, 1);
    while (!name.empty() && name.back() == ' ') name.pop_back();
    if (utf16_length(name) > longest_filename) {
        return bad_field("filename", "The filename is too long: the limit is 255 characters (UTF-16 units), this one has " +
                                         std::to_string(utf16_length(name)));
    }
    std::string visible = visible_part(name);
    if (visible.empty() && !name.empty()) {
        return bad_field("filename", "The filename must contain a visible character");
    }
    if (visible.empty() || visible == "." || visible == "..")
        return bad_field("filename", "The filename must not be empty, \".\" or \"..\"");
    return name;
}

std::vector<std::string> portable_filenames(const std::vector<File>& files) {
    std::vector<std::string> names;
    std::unordered_set<std::string> taken;         // folded names
    std::unordered_map<std::string, int> numbers;  // last number used, by folded name
    for (const File& file : files) {
        std::string plain = portable(file.filename);
        std::string name = plain;
        int& number = numbers.try_emplace(fold_case(plain), 1).first->second;
        while (!taken.insert(fold_case(name)).second) name = numbered(plain, ++number);
        names.push_back(std::move(name));
    }
    return names;
}

}  // namespace ks
