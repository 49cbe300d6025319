#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ks {

inline constexpr std::string_view unknown_content_type = "application/octet-stream";

// Returns the media type to store and send for the one named by a client: parsed (RFC 9110 §8.3), in lower case, without parameters other
// than charset=utf-8. Returns application/octet-stream for types that browsers may execute or take apart (documents, scripts, styles, XML,
// multipart, plug-ins), for types not on the list of those that they only display or save, and for malformed input.
std::string safe_content_type(std::string_view given);

// Returns whether the type is a text/ type without a charset.
bool lacks_charset(std::string_view content_type);

// Like safe_content_type(), for an upload. Returns an empty string if the client did not specify the content: no type at all, or
// application/x-www-form-urlencoded, which curl --data-binary and wget --post-file send for every body.
std::string claimed_content_type(std::string_view given);

// Returns whether the first bytes of a file may be UTF-8 text: no control characters except white space and ESC, no invalid sequence except
// a truncated one at the end.
bool looks_like_utf8(std::string_view first_bytes);

// Returns the type proved by a signature of three bytes or more; for ZIP archives, the one that matches the file name.
std::optional<std::string> type_by_signature(std::string_view filename, std::string_view first_bytes);

// Returns the type for the extension of the name, among the text formats (`text`) or the binary ones.
std::optional<std::string> type_by_name(std::string_view filename, bool text);

}  // namespace ks
