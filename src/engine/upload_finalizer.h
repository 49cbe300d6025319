#pragma once

#include "engine/upload_parts.h"

#include <optional>
#include <string>

namespace ks::engine {

// Turns a received upload into a file, by whatever requests it came: a single one, appends, a concatenation, or none for an empty file.
// Thread: any.
class UploadFinalizer {
public:
    // `parts` must outlive the finalizer.
    explicit UploadFinalizer(const UploadParts& parts) : parts_(parts) {}

    // Returns the file of `size` bytes that the upload becomes; nothing is stored yet. Its blob must be finished: determines the media type
    // and, without `sha256`, the digest from it. Errors: of the blob store.
    awaitable<Result<File>> prepare(Upload upload, std::uint64_t size, std::optional<std::string> sha256 = {}) const;

    // Stores the file and settles its upload within the caller's transaction: counts the bytes that `upload` has not counted as used,
    // releases its reservation, and removes its row if it is simple; otherwise the row, of any kind, becomes a finished one of the kind of
    // `upload`, which is kept until it expires. Publishes UploadProgress 1.0 and appends FileUploaded. Returns the finished upload.
    // UNAVAILABLE if the row no longer exists, because other nodes believed that this one had ended.
    Result<Upload> finalize(Tx& tx, Upload upload, const File& file) const;

private:
    const UploadParts& parts_;
};

}  // namespace ks::engine
