#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ks {

inline constexpr std::string_view unknown_content_type = "application/octet-stream";

// Returns the media type that is kept and sent for one that a client named: parsed (RFC 9110 §8.3), in lower case, without parameters but
// charset=utf-8. What browsers may run or take apart (documents, scripts, styles, XML, multipart, plug-ins), what is not on the list of
// types that they only show or save, and what is no media type becomes application/octet-stream.
std::string safe_content_type(std::string_view given);

// A type of text/ whose charset nobody has named.
bool lacks_charset(std::string_view content_type);

// The same for a file on its way in: empty where its client said nothing of the content, that is no type at all or
// application/x-www-form-urlencoded, as curl --data-binary and wget --post-file say of every body.
std::string claimed_content_type(std::string_view given);

// Whether the first bytes of a file may be those of UTF-8 text: no controls but white space, no broken character but a last one cut short.
bool looks_like_utf8(std::string_view first_bytes);

// Returns the type that the first bytes prove by a signature of three bytes or more; of ZIP archives, the kind that the name says.
std::optional<std::string> type_by_signature(std::string_view filename, std::string_view first_bytes);

// Returns the type that goes with the ending of the name, if text is what such files are (`text`), or is not.
std::optional<std::string> type_by_name(std::string_view filename, bool text);

}  // namespace ks
