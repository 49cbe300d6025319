#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace ks {

// The code point at the front of `text` (RFC 3629: no overlong form, no surrogate) and its number of bytes; 0 bytes where there is none.
std::pair<char32_t, std::size_t> decode_utf8(std::string_view text);

bool is_utf8(std::string_view text);

// Normalization form C (UAX #15). Text that is not UTF-8 is returned as it is.
std::string normalize(std::string_view text);

// The key by which names are compared, searched and sorted: canonical caseless matching (Unicode §3.13, D145) in normalization form C.
// é is the same composed and decomposed, STRASSE the same as straße. Text that is not UTF-8 is returned as it is.
std::string fold_case(std::string_view text);

inline bool same_name(std::string_view a, std::string_view b) { return fold_case(a) == fold_case(b); }

// Leaves no mark on a screen: spaces, controls, formats, and what Unicode calls default ignorable.
bool is_invisible(char32_t point);

std::size_t utf16_length(std::string_view text);  // in units of 16 bits, as Windows and JavaScript count

}  // namespace ks
