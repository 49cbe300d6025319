#pragma once

#include "engine/turns.h"
#include "engine/uploads.h"

#include <optional>
#include <string>

namespace ks {

struct Checksum {
    HashKind kind;
    std::string digest;  // raw bytes
};

// Parameters of a request that appends to an upload.
struct Append {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length{};  // Content-Length, if sent
    std::optional<std::uint64_t> total{};   // Upload-Length, if deferred until this request
    std::optional<Checksum> checksum{};     // of the request's bytes
};

// Executes one append to a resumable upload while the request holds the upload's lock: reserves quota, receives the body, checkpoints, and
// turns a complete upload into a file. Thread: the request's core.
class AppendSession {
public:
    AppendSession(Uploads& uploads, const Actor& actor, const Append& request, Turn& turn)
        : uploads_(uploads), parts_(uploads.parts()), actor_(actor), request_(request), turn_(turn) {}

    // See Resumable::append. Returns the upload's new state.
    awaitable<Result<Upload>> run(FileId id, ByteSource& source);

private:
    // The request's body. Extends the upload's expiry while bytes arrive.
    class Body final : public ByteSource {
    public:
        Body(AppendSession& session, ByteSource& source) : session_(session), source_(source) {}
        awaitable<Result<std::size_t>> read_some(std::span<char> out) override;
        void interrupt() override { source_.interrupt(); }

    private:
        AppendSession& session_;
        ByteSource& source_;
    };

    awaitable<Result<void>> begin(FileId id);
    awaitable<Result<void>> receive(ByteSource& source, Intake& intake);
    awaitable<Result<void>> stay_alive();
    awaitable<Result<void>> let_go();
    awaitable<Result<void>> check(Intake& intake);
    awaitable<Result<void>> keep(Intake& intake, bool last);
    awaitable<Result<void>> finish(Intake& intake);
    awaitable<void> settle();
    Result<Upload> row(Tx& tx, const FileId& id) const;
    Time expiry() const;

    Uploads& uploads_;
    const UploadParts& parts_;
    const Actor& actor_;
    const Append& request_;
    Turn& turn_;
    Upload upload_;
    std::optional<Allowance> allowance_;
};

}  // namespace ks
