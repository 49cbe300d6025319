#pragma once

#include "base/crypto.h"
#include "engine/quota_reservation.h"
#include "engine/upload_parts.h"
#include "ports/byte_source.h"
#include "runtime/task_group.h"
#include "runtime/timer_wheel.h"

#include <memory>
#include <optional>
#include <string>

namespace ks::engine {

// Progress published so far; survives the requests of a resumable upload.
struct ProgressState {
    std::uint64_t furthest = 0;
    std::optional<Steady::time_point> last{};
};

// Publishes UploadProgress to the owner, rate-limited and monotonic.
class Progress {
public:
    // `expected`: length of the upload, or an estimate; 0: unknown. `silent`: publishes nothing.
    Progress(const UploadParts& parts, FileId id, UserId owner, std::uint64_t expected, ProgressState& state, bool silent = false)
        : parts_(parts), id_(id), owner_(owner), expected_(expected), state_(state), silent_(silent) {}

    std::uint64_t expected() const { return expected_; }
    void publish(std::uint64_t received);  // not for the last byte: UploadFinalizer publishes 1.0

private:
    const UploadParts& parts_;
    const FileId id_;
    const UserId owner_;
    const std::uint64_t expected_;
    ProgressState& state_;
    const bool silent_;
};

// Running hashes of an upload. Without `whole` the file is hashed after it is complete.
struct Hashes {
    std::optional<Hasher> whole{};
    std::optional<Hasher> checked{};  // checksum of this request's bytes only
    void update(std::string_view bytes);
};

// Streams a request's bytes into a blob: enforces size limit and quota, hashes and writes one piece while the next one arrives. Buffers two
// pieces; the piece size shrinks as the number of concurrent uploads grows. Thread: one loop.
class UploadWriter {
public:
    UploadWriter(const UploadParts& parts, std::unique_ptr<BlobWriter> blob, std::uint64_t received, Hashes hashes,
                 QuotaReservation& reservation, Progress progress);
    ~UploadWriter();
    UploadWriter(const UploadWriter&) = delete;
    UploadWriter& operator=(const UploadWriter&) = delete;

    enum class ReadStatus { End, Enough };

    // Reads from `source` up to its end, or about `enough` bytes. TOO_LARGE if the upload exceeds `limit` bytes in total, QUOTA_EXCEEDED,
    // STORAGE_FULL; errors of the source (the bytes before are retained, and the caller may call again).
    awaitable<Result<ReadStatus>> read_from(ByteSource& source, std::uint64_t enough, std::uint64_t limit);

    // Everything received is hashed and written on return, not yet durable.
    awaitable<Result<void>> flush();

    // Everything received is durable on return.
    awaitable<Result<void>> sync();

    // Completes the blob after the last byte: durable and readable on return.
    awaitable<Result<void>> finish();

    // Waits for in-flight writes and hashing. Must complete before destruction.
    awaitable<Result<void>> wait_for_pending();

    std::uint64_t received() const { return received_; }
    bool broken() const { return broken_; }  // a write failed: the bytes since the last sync() are lost
    Hashes& hashes() { return *hashes_; }    // only while nothing is in flight: after sync() or finish()

private:
    awaitable<Result<void>> flush_buffer();  // hands the filled piece to hashing and writing
    std::size_t next_piece_size() const;     // size of the next piece

    const UploadParts& parts_;
    const std::unique_ptr<BlobWriter> blob_;
    QuotaReservation& reservation_;
    Progress progress_;
    const std::shared_ptr<Hashes> hashes_;
    std::uint64_t received_;
    bool broken_ = false;
    std::shared_ptr<Buffer> filling_;
    std::shared_ptr<Buffer> under_way_;
    std::optional<TaskGroup> storing_;
};

}  // namespace ks::engine
