#pragma once

#include "engine/append_session.h"
#include "engine/join_queue.h"

#include <optional>
#include <string>
#include <vector>

namespace ks {

struct NewUpload {
    UploadKind kind = UploadKind::Whole;
    std::string filename;
    std::string content_type;
    std::string metadata;
    std::string concat;
    std::optional<std::uint64_t> total{};
};

// Uploads that survive their connection (tus 1.0.0): begun, appended to until they are complete, then files. What received() counts is
// durable. To anyone but the owner they are NOT_FOUND, and to all once they have expired.
class Resumable {
public:
    explicit Resumable(Uploads& uploads) : uploads_(uploads), turns_(uploads.parts().core), joins_(uploads.parts().core) {}

    // Of length 0 it is a file at once. INVALID_REQUEST for a name that is none, TOO_LARGE, QUOTA_EXCEEDED and STORAGE_FULL as far as
    // `total` tells.
    awaitable<Result<Upload>> create(Actor actor, NewUpload request, OnCreated<Upload> hook = {});

    // A file of these complete parts, in their order; the parts are gone then. CONFLICT when one is not complete, INVALID_REQUEST for
    // what is no part.
    awaitable<Result<Upload>> join(Actor actor, NewUpload request, std::vector<FileId> parts, OnCreated<Upload> hook = {});

    // How far it is; bytes that are arriving right now are counted as well.
    awaitable<Result<Upload>> find(Actor actor, FileId id);

    // Takes the bytes of `source` up to its end; with the last one the upload becomes a file. When they break off, what came is kept, but
    // for bytes with a checksum. CONFLICT for another offset, TOO_LARGE, QUOTA_EXCEEDED, STORAGE_FULL, CHECKSUM_MISMATCH, FORBIDDEN for a
    // joined one.
    awaitable<Result<Upload>> append(Actor actor, FileId id, Append request, ByteSource& source);

    // Ends it and drops its bytes. One that has become a file stays as it is: CONFLICT.
    awaitable<Result<void>> remove(Actor actor, FileId id);

    // Ends up to `limit` that nobody went on with. True: there may be more.
    awaitable<Result<bool>> expire(int limit);

private:
    awaitable<Result<Upload>> look(Actor actor, FileId id);
    awaitable<Result<std::optional<Upload>>> find_joined(Actor actor, std::string concat);
    awaitable<Result<Upload>> join_alone(Actor actor, NewUpload request, std::vector<FileId> ids, OnCreated<Upload> hook);
    awaitable<Result<Upload>> finish_empty(Upload upload, OnCreated<Upload> hook);

    Uploads& uploads_;
    Turns turns_;
    JoinQueue joins_;
};

}  // namespace ks
