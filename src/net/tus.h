#pragma once

#include "base/id.h"
#include "base/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Parsers for the header fields of tus 1.0.0 (https://tus.io/protocols/resumable-upload). INVALID_REQUEST errors name the malformed field.
namespace ks::net::tus {

inline constexpr std::string_view version = "1.0.0";
inline constexpr std::string_view extensions =
    "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation";
inline constexpr std::string_view checksums = "sha1,sha256";

// Parses decimal digits. Errors: TOO_LARGE if the number exceeds 64 bits, INVALID_REQUEST for anything else.
Result<std::uint64_t> parse_length(std::string_view field, std::string_view text);

// Parses decimal digits, up to 2^63-1. Errors: INVALID_REQUEST.
Result<std::uint64_t> parse_offset(std::string_view field, std::string_view text);

// Rejects a partial upload of the IETF draft (draft-ietf-httpbis-resumable-upload), which would be mistaken for a whole file. `complete`
// and `incomplete` are the values of Upload-Complete and, from older versions of the draft, Upload-Incomplete; empty: absent.
Result<void> refuse_draft_piece(std::string_view complete, std::string_view incomplete);

// Parses Upload-Metadata into keys and decoded values.
Result<std::map<std::string, std::string>> parse_metadata(std::string_view text);

struct UploadChecksum {
    std::string algorithm;
    std::string digest;  // raw bytes
};

// Parses Upload-Checksum.
Result<UploadChecksum> parse_checksum(std::string_view text);

// Parses the list after "final;" in Upload-Concat: URLs or paths below `path`. Returns the ids they end with.
Result<std::vector<FileId>> parse_parts(std::string_view text, std::string_view path);

}  // namespace ks::net::tus
