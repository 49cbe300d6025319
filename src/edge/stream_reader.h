#pragma once

#include "edge/async_semaphore.h"
#include "engine/history.h"

namespace ks::edge {

// Reads the events of users' streams from the journal. One loop only.
class StreamReader {
public:
    explicit StreamReader(engine::History& history);

    engine::Stream stream_of(const UserId& user) const { return history_.stream_of(user); }

    // Waits for a permit to read. Replays hold one for each read: when thousands of clients reconnect at once, the database must stay
    // available to other requests.
    awaitable<AsyncSemaphore::Permit> acquire() { return permits_.acquire(); }

    // Replaces "now" by the cursor of that position, if it is known: events of other nodes may be in the journal before they are announced,
    // and a read of its head would skip them.
    std::string begin_at(std::string since, const UserId& user, std::optional<std::int64_t> events_after) const;

    awaitable<Result<engine::Opening>> open(UserId user, engine::Since since, engine::PageSize size) {
        return history_.open(user, since, size);
    }
    awaitable<Result<engine::JournalPage>> read(UserId user, std::int64_t after, engine::PageSize size) {
        return history_.read(user, after, size);
    }

private:
    engine::History& history_;
    AsyncSemaphore permits_;
};

}  // namespace ks::edge
