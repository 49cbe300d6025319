#pragma once

#include "engine/upload_locks.h"
#include "engine/uploads.h"

#include <optional>
#include <string>

namespace ks::engine {

struct Checksum {
    HashKind kind;
    std::string digest;  // raw bytes
};

// Parameters of a request that appends to an upload.
struct AppendRequest {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length{};  // Content-Length, if sent
    std::optional<std::uint64_t> total{};   // Upload-Length, if deferred until this request
    std::optional<Checksum> checksum{};     // of the request's bytes
};

// Executes one append to a resumable upload while the request holds the upload's lock: reserves quota, receives the body, checkpoints, and
// turns a complete upload into a file. Thread: the request's loop.
class AppendOperation {
public:
    AppendOperation(Uploads& uploads, const Actor& actor, const AppendRequest& request, UploadLock& turn)
        : uploads_(uploads), parts_(uploads.parts()), actor_(actor), request_(request), lock_(turn) {}

    // See ResumableUploads::append. Returns the upload's new state.
    awaitable<Result<Upload>> run(FileId id, ByteSource& source);

private:
    // The request's body. Extends the upload's expiry while bytes arrive.
    class Body final : public ByteSource {
    public:
        Body(AppendOperation& session, ByteSource& source) : session_(session), source_(source) {}
        awaitable<Result<std::size_t>> read_some(std::span<char> out) override;
        void interrupt() override { source_.interrupt(); }

    private:
        AppendOperation& session_;
        ByteSource& source_;
    };

    enum class Outcome : std::uint8_t {
        Completed,    // the last byte has arrived: the upload becomes a file
        Kept,         // the received bytes stay, up to where the body ended or broke off
        Discarded,    // the bytes of the request are dropped: they do not have the announced checksum
        StoreFailed,  // a write failed: the bytes since the last checkpoint are lost
    };

    awaitable<Result<void>> begin(FileId id);
    std::optional<Hasher> take_hash();
    Outcome outcome_of(const UploadWriter& writer, bool received) const;
    awaitable<Result<void>> receive(ByteSource& source, UploadWriter& writer);
    awaitable<Result<void>> stay_alive();
    awaitable<Result<void>> flush_before_release();
    awaitable<Result<void>> check(UploadWriter& writer);
    awaitable<Result<void>> keep(UploadWriter& writer, bool last);
    awaitable<Result<void>> finish(UploadWriter& writer);
    // NOT_FOUND if the upload is gone or its owner is disabled, CONFLICT if a later request has begun to append.
    Result<Upload> lock_row(Tx& tx, const FileId& id) const;
    awaitable<Result<void>> check_existence();  // NOT_FOUND likewise
    Time expiry() const;

    Uploads& uploads_;
    const UploadParts& parts_;
    const Actor& actor_;
    const AppendRequest& request_;
    UploadLock& lock_;
    Upload upload_;
    std::optional<QuotaReservation> reservation_;
};

}  // namespace ks::engine
