#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ks {

// Simple: one HTTP request carries the whole content; the upload is removed if it fails. The others are tus uploads: Resumable becomes a
// file, Partial only as a part of a Final one.
enum class UploadKind : std::uint8_t { Simple, Resumable, Partial, Final };

std::string_view name_of(UploadKind kind);
std::optional<UploadKind> upload_kind_named(std::string_view name);

// An upload in progress; its id is the file's.
struct Upload {
    FileId id;
    UserId owner_id;
    UploadKind kind = UploadKind::Simple;
    std::string filename;
    std::string content_type;
    std::string metadata{};                // Upload-Metadata of tus, as received
    std::string concat{};                  // Upload-Concat of tus, as received
    std::optional<std::uint64_t> total{};  // bytes; nullopt: not declared yet
    std::uint64_t received = 0;            // durable bytes
    std::uint64_t reserved = 0;            // reserved quota
    std::uint64_t turn = 0;                // number of requests that have appended; only the newest may write the row
    std::optional<NodeId> node{};          // receiving it; nullopt while no request does
    bool finished = false;                 // has become a file
    Time created_at{};
    Time expires_at{};

    bool complete() const { return total && *total == received; }
};

// Limit for file sizes that no setting can raise: sums of sizes must fit the integers of a database.
constexpr std::uint64_t largest_file = std::uint64_t{1} << 50;

// Checks whether `length` bytes (nullopt: unknown) may be appended at `offset`. Errors: CONFLICT if the upload is at another offset,
// TOO_LARGE beyond its total.
Result<void> check_append(const Upload& upload, std::uint64_t offset, std::optional<std::uint64_t> length);

// Sets the total length. Errors: INVALID_REQUEST if it differs from the one declared before or is less than the received bytes.
Result<void> settle_total(Upload& upload, std::uint64_t total);

}  // namespace ks
