#pragma once

#include "engine/intake.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ks {

class Turns;

// Exclusive lock on an upload, held by one request that appends to it; released by the destructor. Thread: the request's core.
class Turn {
public:
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    bool ends() const { return state_->ends; }    // preempted by a newer request: make the received bytes durable and release
    bool asked() const { return state_->asked; }  // flush requested: make the received bytes durable, then call told()
    void told();

    // State handed from holder to holder; best-effort, lost with the process.
    struct Kept {
        std::optional<Hasher> hash{};  // of all bytes so far; nullopt if this process did not see them all
        Progress::Told told{};
    };
    Kept kept{};

private:
    friend class Turns;
    struct State {
        asio::any_io_executor core;
        ByteSource* source;  // null after release
        bool ends = false;
        bool asked = false;
    };
    Turn(Turns& turns, FileId id, std::shared_ptr<State> state) : turns_(turns), id_(id), state_(std::move(state)) {}

    Turns& turns_;
    const FileId id_;
    const std::shared_ptr<State> state_;
};

// Locks of the uploads that are appended to. A newer request preempts the holder at once, because the older connection is most likely dead.
// Thread-safe; the table is confined to `core`.
class Turns {
public:
    explicit Turns(asio::io_context& core) : core_(core) {}

    // Acquires the lock: interrupts the holder's source and waits for its release. UNAVAILABLE after ten seconds. `source` is interrupted
    // when this holder is preempted or asked to flush; null if it reads nothing.
    awaitable<Result<std::unique_ptr<Turn>>> take(FileId id, ByteSource* source);

    // Requests a flush from the holder. Returns when its received bytes are durable, at once without a holder, after five seconds at the
    // latest.
    awaitable<void> ask(FileId id);

    void forget(FileId id);  // the upload has ended: discards its state and preempts the holder

private:
    friend class Turn;
    struct Entry {
        std::shared_ptr<Turn::State> holder;  // null: unlocked
        Turn::Kept kept;
        std::vector<asio::steady_timer*> waiting;  // cancelled when the holder releases or has flushed
    };

    awaitable<Result<Turn::Kept>> wait_for(FileId id, std::shared_ptr<Turn::State> state);
    awaitable<bool> wait_for_word(FileId id);
    awaitable<void> wait(FileId id, asio::steady_timer& deadline);
    static void end(const std::shared_ptr<Turn::State>& holder);
    void wake(Entry& entry);
    void let_go(FileId id, Turn::Kept kept);

    asio::io_context& core_;
    std::unordered_map<FileId, Entry> entries_;
};

}  // namespace ks
