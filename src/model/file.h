#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ks {

struct File {
    FileId id;
    UserId owner_id;
    std::string filename;
    std::uint64_t size = 0;
    std::string content_type;
    std::string sha256;  // 32 raw bytes
    Time created_at{};
};

// The name as it is kept: the part after the last '/' or '\', without control characters, in valid UTF-8, 1 to 255 bytes.
Result<std::string> clean_filename(std::string_view given);

// Names for files that come to lie in one folder: what a file system may take for an earlier one, in any case, becomes "name (2).txt".
std::vector<std::string> distinct_filenames(const std::vector<File>& files);

// A media type "type/subtype" with its parameters as given; application/octet-stream for what isn't one.
std::string clean_content_type(std::string_view given);

// What names are compared and searched by: case folded.
std::string fold_case(std::string_view utf8);

bool is_utf8(std::string_view text);

}  // namespace ks
