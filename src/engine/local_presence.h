#pragma once

#include "engine/presence.h"
#include "runtime/timer_wheel.h"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace ks::engine {

// Presence of an installation with one node, in memory.
class LocalPresence final : public Presence {
public:
    LocalPresence(asio::io_context& loop, TimerWheel& wheel, MetaStore& store, Bus& bus, const Clock& clock, PresenceSettings settings);
    ~LocalPresence() override;

    void connected(const UserId& user, const std::string& username) override;
    void disconnected(const UserId& user) override;
    void connected_from(const std::string&) override { ++connections_; }
    void disconnected_from(const std::string&) override { --connections_; }

    awaitable<Result<void>> admit(std::vector<ConnectionKey> keys) override;  // always; ConnectionRegistry enforces the limits
    awaitable<Result<std::vector<PresenceRow>>> list(Actor actor, Page page) override;
    awaitable<Result<ConnectionTotals>> totals() override;

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
    std::int64_t connections_ = 0;
    std::unordered_map<UserId, std::unique_ptr<Entry>> online_;
    std::uint64_t moves_ = 0;                  // number of arrivals and leaves so far
    std::unordered_multiset<UserId> leaving_;  // users with a leave pending in the store; a return must be announced after it
};

}  // namespace ks::engine
