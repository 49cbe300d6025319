#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace ks {

// Returns the code point at the front of `text` (RFC 3629: no overlong form, no surrogate) and its length in bytes; 0 bytes if there is no
// valid one.
std::pair<char32_t, std::size_t> decode_utf8(std::string_view text);

bool is_ascii(std::string_view text);
bool is_utf8(std::string_view text);

// Returns whether every database can store the text: UTF-8 without NUL.
inline bool is_storable(std::string_view text) { return is_utf8(text) && text.find('\0') == std::string_view::npos; }

// Returns normalization form C (UAX #15). Text that is not UTF-8 is returned unchanged.
std::string normalize(std::string_view text);

// Returns the key for comparing, searching and sorting names: canonical caseless matching (Unicode §3.13, D145) in normalization form C. é
// is the same composed and decomposed, STRASSE the same as straße. Text that is not UTF-8 is returned unchanged.
std::string fold_case(std::string_view text);

inline bool same_name(std::string_view a, std::string_view b) { return fold_case(a) == fold_case(b); }

// Returns whether the code point is invisible on a screen: spaces, controls, formats, and default ignorable code points.
bool is_invisible(char32_t point);

std::size_t utf16_length(std::string_view text);  // in 16-bit code units, as Windows and JavaScript count

}  // namespace ks
