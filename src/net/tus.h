#pragma once

#include "base/id.h"
#include "base/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The header fields of tus 1.0.0 (https://tus.io/protocols/resumable-upload) as values. INVALID_REQUEST names the field that is not right.
namespace ks::net::tus {

inline constexpr std::string_view version = "1.0.0";
inline constexpr std::string_view extensions =
    "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation";
inline constexpr std::string_view checksums = "sha1,sha256";

// Digits alone. One that is too large for a number is TOO_LARGE.
Result<std::uint64_t> parse_length(std::string_view field, std::string_view text);

// Digits alone, up to 2^63-1. Everything else is INVALID_REQUEST.
Result<std::uint64_t> parse_offset(std::string_view field, std::string_view text);

// Refuses a part of an upload by the IETF draft (draft-ietf-httpbis-resumable-upload), which would be taken for a whole file.
// `complete` and `incomplete` are the values of Upload-Complete and, of older versions of the draft, Upload-Incomplete; empty: absent.
Result<void> refuse_draft_piece(std::string_view complete, std::string_view incomplete);

// Upload-Metadata: keys and decoded values.
Result<std::map<std::string, std::string>> parse_metadata(std::string_view text);

// Upload-Checksum: the algorithm's name and the digest, raw.
Result<std::pair<std::string, std::string>> parse_checksum(std::string_view text);

// What follows "final;" in Upload-Concat: URLs or paths below `path`, as the ids they end with.
Result<std::vector<FileId>> parse_parts(std::string_view text, std::string_view path);

}  // namespace ks::net::tus
