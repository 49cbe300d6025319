#pragma once

#include "base/crypto.h"
#include "engine/allowance.h"
#include "engine/upload_parts.h"
#include "ports/byte_source.h"
#include "runtime/errands.h"
#include "runtime/timer_wheel.h"

#include <memory>
#include <optional>
#include <string>

namespace ks {

// Tells the owner how far an upload is: not too often, never backwards.
class Progress {
public:
    // What has been told of an upload; it goes along from request to request.
    struct Told {
        std::uint64_t furthest = 0;
        std::optional<Steady::time_point> last{};
    };

    // expected: how long it will be; 0: nobody knows. Silent: nobody is told.
    Progress(const UploadParts& parts, FileId id, UserId owner, std::uint64_t expected, Told& told, bool silent = false)
        : parts_(parts), id_(id), owner_(owner), expected_(expected), told_(told), silent_(silent) {}

    std::uint64_t expected() const { return expected_; }
    void tell(std::uint64_t received);  // the last byte is told with the file: nothing is said of it here

private:
    const UploadParts& parts_;
    const FileId id_;
    const UserId owner_;
    const std::uint64_t expected_;
    Told& told_;
    const bool silent_;
};

// The hashes of what comes by. With no `whole`, the bytes of the file are hashed once it is there.
struct Hashes {
    std::optional<Hasher> whole{};
    std::optional<Hasher> checked{};  // of this request's bytes alone
    void update(std::string_view bytes);
};

// Bytes on their way into a blob: counted against limit and quota, hashed and written in pieces while the next piece arrives. Holds two
// pieces, smaller ones the more uploads are under way. Lives on one core.
class Intake {
public:
    Intake(const UploadParts& parts, std::unique_ptr<BlobWriter> blob, std::uint64_t received, Hashes hashes, Allowance& allowance,
           Progress progress);
    ~Intake();
    Intake(const Intake&) = delete;
    Intake& operator=(const Intake&) = delete;

    enum class Taken { End, Enough };

    // Takes what comes: to its end, or about `enough` bytes. TOO_LARGE beyond `limit` bytes in all, QUOTA_EXCEEDED, STORAGE_FULL; errors of
    // the source (then what came before is there, and one may go on).
    awaitable<Result<Taken>> take(ByteSource& source, std::uint64_t enough, std::uint64_t limit);

    // What came is hashed and written on return.
    awaitable<Result<void>> flush();

    // What came is durable on return.
    awaitable<Result<void>> sync();

    // The last byte came: the blob is whole, durable and readable on return.
    awaitable<Result<void>> finish();

    // Nothing is under way any more: to be waited for before an Intake is let go.
    awaitable<Result<void>> settle();

    std::uint64_t received() const { return received_; }
    bool broken() const { return broken_; }  // the store failed: what came since the last sync() is lost
    Hashes& hashes() { return *hashes_; }    // once nothing is under way: after sync() or finish()

private:
    awaitable<Result<void>> pass_on();  // the piece that was filled
    std::size_t room_wanted() const;    // for the next one

    const UploadParts& parts_;
    const std::unique_ptr<BlobWriter> blob_;
    Allowance& allowance_;
    Progress progress_;
    const std::shared_ptr<Hashes> hashes_;
    std::uint64_t received_;
    bool broken_ = false;
    std::shared_ptr<Buffer> filling_;
    std::shared_ptr<Buffer> under_way_;
    std::optional<Errands> storing_;
};

}  // namespace ks
