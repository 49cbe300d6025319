#pragma once

#include "base/clock.h"
#include "model/access.h"
#include "ports/bus.h"
#include "ports/meta_store.h"
#include "runtime/timer_wheel.h"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ks::engine {

enum class PresencePolicy : std::uint8_t { Everyone, Contacts, Off };

struct PresenceSettings {
    PresencePolicy policy = PresencePolicy::Everyone;
    Duration offline_grace{};
};

struct PresenceRow {
    User user;
    bool online = false;
};

// Observes the connections of users.
class ConnectionObserver {
public:
    virtual ~ConnectionObserver() = default;
    virtual void connected(const UserId& user, const std::string& username) = 0;  // a user's first connection, or a further one
    virtual void disconnected(const UserId& user) = 0;
};

// Tracks online users: those with a connection, and for offline_grace after the last one closed. Thread: loop 0 only, except list().
class Presence final : public ConnectionObserver {
public:
    Presence(asio::io_context& loop, TimerWheel& wheel, MetaStore& store, Bus& bus, const Clock& clock, PresenceSettings settings);
    ~Presence() override;

    void connected(const UserId& user, const std::string& username) override;
    void disconnected(const UserId& user) override;

    // Returns the users visible to the actor, without the actor, by name. Callable from any loop.
    awaitable<Result<std::vector<PresenceRow>>> list(Actor actor, Page page);

private:
    struct Entry;

    void leave(const UserId& user);
    awaitable<void> announce(UserId user, std::string username, bool online, std::uint64_t move);
    void say(const UserId& user, const std::string& username, bool online, const EventContext& context);

    asio::io_context& loop_;
    TimerWheel& wheel_;
    MetaStore& store_;
    Bus& bus_;
    const Clock& clock_;
    const PresenceSettings settings_;
    std::unordered_map<UserId, std::unique_ptr<Entry>> online_;
    std::uint64_t moves_ = 0;                  // number of arrivals and leaves so far
    std::unordered_multiset<UserId> leaving_;  // users with a leave pending in the store; a return must be announced after it
};

}  // namespace ks::engine
