#pragma once

#include "engine/append_operation.h"
#include "engine/concatenation_queue.h"

#include <optional>
#include <string>
#include <vector>

namespace ks::engine {

struct NewUpload {
    UploadKind kind = UploadKind::Resumable;
    std::string filename;
    std::string content_type;
    std::string metadata;
    std::string concat;
    std::optional<std::uint64_t> total{};
};

// Resumable uploads (tus 1.0.0): created, appended to until complete, then turned into files. Bytes counted in Upload::received are
// durable. NOT_FOUND for anyone but the owner, and for everyone after expiry. Thread: any.
class ResumableUploads {
public:
    explicit ResumableUploads(Uploads& uploads) : uploads_(uploads), locks_(uploads.parts().loop), concatenations_(uploads.parts().loop) {}

    // Creates an upload; one of length 0 becomes a file at once. INVALID_REQUEST for an invalid name; TOO_LARGE, QUOTA_EXCEEDED and
    // STORAGE_FULL as far as `total` allows to decide.
    awaitable<Result<Upload>> create(Actor actor, NewUpload request, OnCreated<Upload> hook = {});

    // Concatenates complete partial uploads in the given order into a file and removes them. Idempotent for the same parts. CONFLICT if one
    // is incomplete, INVALID_REQUEST if one is not a partial upload.
    awaitable<Result<Upload>> concatenate(Actor actor, NewUpload request, std::vector<FileId> parts, OnCreated<Upload> hook = {});

    // Returns the upload with its offset. Flushes an append in progress first, so that its bytes are included.
    awaitable<Result<Upload>> find(Actor actor, FileId id);

    // Appends the bytes of `source`; the last byte turns the upload into a file. If the source fails, the bytes received are retained,
    // except for a request with a checksum. CONFLICT for a wrong offset, TOO_LARGE, QUOTA_EXCEEDED, STORAGE_FULL, CHECKSUM_MISMATCH,
    // FORBIDDEN for a final upload (concatenation).
    awaitable<Result<Upload>> append(Actor actor, FileId id, AppendRequest request, ByteSource& source);

    // Terminates the upload and deletes its bytes. CONFLICT if it has become a file.
    awaitable<Result<void>> remove(Actor actor, FileId id);

    // Removes up to `limit` expired uploads. Returns whether more may be left.
    awaitable<Result<bool>> expire(int limit);

private:
    awaitable<Result<Upload>> find_row(Actor actor, FileId id);
    awaitable<Result<std::optional<Upload>>> find_final(Actor actor, std::string concat);
    awaitable<Result<Upload>> concatenate_exclusively(Actor actor, NewUpload request, std::vector<FileId> ids, OnCreated<Upload> hook);
    awaitable<Result<Upload>> finish_empty(Upload upload, OnCreated<Upload> hook);

    Uploads& uploads_;
    UploadLocks locks_;
    ConcatenationQueue concatenations_;
};

}  // namespace ks::engine
