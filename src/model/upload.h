#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ks {

// Request: one HTTP request brings all of it and takes it along when it fails. The others are resumable (tus): Whole becomes a file, Part
// only as a part of a Joined one.
enum class UploadKind : std::uint8_t { Request, Whole, Part, Joined };

std::string_view name_of(UploadKind kind);
std::optional<UploadKind> upload_kind_named(std::string_view name);

// A file on its way in; its id is the file's.
struct Upload {
    FileId id;
    UserId owner_id;
    UploadKind kind = UploadKind::Request;
    std::string filename;
    std::string content_type;
    std::string metadata{};                // tus' Upload-Metadata as it came
    std::string concat{};                  // tus' Upload-Concat likewise
    std::optional<std::uint64_t> total{};  // bytes; none: nobody has said it yet
    std::uint64_t received = 0;            // durable
    std::uint64_t set_aside = 0;           // of the quota, for what is arriving
    bool finished = false;                 // it has become a file
    Time created_at{};
    Time expires_at{};

    bool complete() const { return total && *total == received; }
};

// No file is larger, whatever the settings: sums of sizes stay numbers of a database.
constexpr std::uint64_t largest_file = std::uint64_t{1} << 50;

// May bytes be appended at `offset`, `length` of them (none: as many as come), to an upload of `total` bytes? CONFLICT for another offset,
// TOO_LARGE past the end.
Result<void> check_append(const Upload& upload, std::uint64_t offset, std::optional<std::uint64_t> length);

// Says how long the upload is, once. INVALID_REQUEST for another total than was said, or less than is there.
Result<void> settle_total(Upload& upload, std::uint64_t total);

}  // namespace ks
