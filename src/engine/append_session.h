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

// A request's bytes for an upload.
struct Append {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length{};  // how many they will be, where the request says it
    std::optional<std::uint64_t> total{};   // of the whole upload, where it is said only now
    std::optional<Checksum> checksum{};     // of the request's bytes
};

// One request that appends to a resumable upload, in its turn: from its first byte to what is kept of it.
class AppendSession {
public:
    AppendSession(Uploads& uploads, const Actor& actor, const Append& request, Turn& turn)
        : uploads_(uploads), parts_(uploads.parts()), actor_(actor), request_(request), turn_(turn) {}

    // As Resumable::append says; the upload as it stands then.
    awaitable<Result<Upload>> run(FileId id, ByteSource& source);

private:
    // The bytes of the request: while they come, the upload does not expire.
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
