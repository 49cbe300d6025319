#include "model/upload.h"

#include <array>

namespace ks {

namespace {

constexpr std::array<std::string_view, 4> names{"simple", "resumable", "partial", "final"};

}  // namespace

std::string_view name_of(UploadKind kind) { return names[static_cast<std::size_t>(kind)]; }

std::optional<UploadKind> upload_kind_named(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<UploadKind>(i);
    }
    return std::nullopt;
}

Result<void> check_append(const Upload& upload, std::uint64_t offset, std::optional<std::uint64_t> length) {
    if (offset != upload.received) {
        return fail(ErrorCode::Conflict,
                    "Upload-Offset must be " + std::to_string(upload.received) + ", the number of bytes received so far");
    }
    if (upload.total && length.value_or(0) > *upload.total - offset) {
        return fail(ErrorCode::TooLarge, "The body exceeds the Upload-Length of " + std::to_string(*upload.total) + " bytes");
    }
    return {};
}

Result<void> settle_total(Upload& upload, std::uint64_t total) {
    if (upload.total && *upload.total != total) return bad_field("Upload-Length", "Upload-Length can't be changed once set");
    if (total < upload.received)
        return bad_field("Upload-Length", "Upload-Length must not be less than the number of bytes received so far");
    upload.total = total;
    return {};
}

}  // namespace ks
