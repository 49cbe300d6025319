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

// The right of one request to append to an upload, until it is let go. Touched on the core of its request.
class Turn {
public:
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    bool ends() const { return state_->ends; }    // a newer request waits for the upload: make what came durable, and let go
    bool asked() const { return state_->asked; }  // somebody wants to know how far it is: make what came durable, and told()
    void told();

    // What goes along from turn to turn, as long as this process lives.
    struct Kept {
        std::optional<Hasher> hash{};  // of the upload's bytes so far; absent where this process didn't see all of them
        Progress::Told told{};
    };
    Kept kept{};

private:
    friend class Turns;
    struct State {
        asio::any_io_executor core;
        ByteSource* source;  // null once the turn has been let go
        bool ends = false;
        bool asked = false;
    };
    Turn(Turns& turns, FileId id, std::shared_ptr<State> state) : turns_(turns), id_(id), state_(std::move(state)) {}

    Turns& turns_;
    const FileId id_;
    const std::shared_ptr<State> state_;
};

// Who appends to which upload: one request at a time, and a newer one takes over from an older at once, as the older's connection is most
// likely dead. The table lives on one core; everything may be called on any.
class Turns {
public:
    explicit Turns(asio::io_context& core) : core_(core) {}

    // Waits until the request that has the turn has let go. UNAVAILABLE when it doesn't within ten seconds.
    awaitable<Result<std::unique_ptr<Turn>>> take(FileId id, ByteSource* source);  // null: it reads nothing

    // Whoever appends makes durable what came so far; returns then, or after five seconds.
    awaitable<void> ask(FileId id);

    void forget(FileId id);  // the upload has ended: nothing of it is wanted any more, and who still appends lets go

private:
    friend class Turn;
    struct Entry {
        std::shared_ptr<Turn::State> holder;  // null: nobody
        Turn::Kept kept;
        std::vector<asio::steady_timer*> waiting;  // cancelled when the holder lets go or tells
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
