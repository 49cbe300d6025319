#pragma once

#include "engine/upload_writer.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ks::engine {

class UploadLocks;

// Exclusive lock on an upload, held by one request that appends to it; released by the destructor. Thread: the request's loop.
class UploadLock {
public:
    ~UploadLock();
    UploadLock(const UploadLock&) = delete;
    UploadLock& operator=(const UploadLock&) = delete;

    bool preempted() const { return state_->preempted; }  // preempted by a newer request: make the received bytes durable and release
    bool flush_requested() const {
        return state_->flush_requested;
    }  // flush requested: make the received bytes durable, then call flush_done()
    void flush_done();

    // State handed from holder to holder; best-effort, lost with the process.
    struct SavedState {
        std::optional<Hasher> hash{};  // of all bytes so far; nullopt if this process did not see them all
        ProgressState progress{};
    };
    SavedState saved{};

private:
    friend class UploadLocks;
    struct State {
        asio::any_io_executor loop;
        ByteSource* source;  // null after release
        bool preempted = false;
        bool flush_requested = false;
    };
    UploadLock(UploadLocks& locks, FileId id, std::shared_ptr<State> state) : locks_(locks), id_(id), state_(std::move(state)) {}

    UploadLocks& locks_;
    const FileId id_;
    const std::shared_ptr<State> state_;
};

// Locks of the uploads that are appended to. A newer request preempts the holder at once, because the older connection is most likely dead.
// Thread-safe; the table is confined to `loop`.
class UploadLocks {
public:
    explicit UploadLocks(asio::io_context& loop) : loop_(loop) {}

    // Acquires the lock: interrupts the holder's source and waits for its release. UNAVAILABLE after ten seconds. `source` is interrupted
    // when this holder is preempted or flush_requested to flush; null if it reads nothing.
    awaitable<Result<std::unique_ptr<UploadLock>>> acquire(FileId id, ByteSource* source);

    // Requests a flush from the holder. Returns when its received bytes are durable, at once without a holder, after five seconds at the
    // latest.
    awaitable<void> request_flush(FileId id);

    void forget(FileId id);  // the upload has ended: discards its state and preempts the holder

private:
    friend class UploadLock;
    struct Entry {
        std::shared_ptr<UploadLock::State> holder;  // null: unlocked
        UploadLock::SavedState saved;
        std::vector<asio::steady_timer*> waiting;  // cancelled when the holder releases or has flushed
    };

    awaitable<Result<UploadLock::SavedState>> wait_for(FileId id, std::shared_ptr<UploadLock::State> state);
    awaitable<void> wait_for_flush(FileId id);
    awaitable<void> wait(FileId id, asio::steady_timer& deadline);
    static void preempt(const std::shared_ptr<UploadLock::State>& holder);
    void notify(Entry& entry);
    void release(FileId id, UploadLock::SavedState saved);

    asio::io_context& loop_;
    std::unordered_map<FileId, Entry> entries_;
};

}  // namespace ks::engine
