#pragma once

#include "edge/census.h"
#include "edge/hub.h"
#include "edge/slots.h"
#include "edge/ws_session.h"
#include "engine/accounts.h"
#include "engine/history.h"
#include "engine/shares.h"
#include "net/ws_engine.h"
#include "runtime/shards.h"

#include <memory>
#include <vector>

namespace ks {

struct RealtimeSettings {
    SessionSettings session{};
    net::WsOptions socket{};
    bool io_uring = true;  // false: one system call per operation
};

// The realtime services of the server: a hub and a WebSocket engine per core, one connection census.
class Realtime {
public:
    Realtime(Shards& shards, Accounts& accounts, Shares& shares, Presence& presence, History& history, const Clock& clock,
             RealtimeSettings settings, CensusSettings limits);
    ~Realtime();

    Hub& hub(unsigned core) { return *hubs_[core]; }
    net::WsEngine& engine(unsigned core) { return *engines_[core]; }
    Census& census() { return census_; }
    Shards& shards() { return shards_; }
    Accounts& accounts() { return accounts_; }
    Shares& shares() { return shares_; }
    History& history() { return history_; }
    Slots& slots(unsigned core) { return slots_[core]; }  // limits concurrent journal reads
    const Clock& clock() const { return clock_; }
    const RealtimeSettings& settings() const { return settings_; }

    void announce(Announcements announcements);          // thread-safe; posts to every core's hub
    void shut_down();                                    // thread-safe; closes each WebSocket with 1012, ends each event stream
    awaitable<void> wait_until_empty(Duration longest);  // core 0; waits at most `longest` for all WebSockets to close
    awaitable<std::size_t> remove_silent();              // closes connections with an overdue pong; returns their number

private:
    Shards& shards_;
    Accounts& accounts_;
    Shares& shares_;
    History& history_;
    const Clock& clock_;
    const RealtimeSettings settings_;
    Census census_;
    std::vector<Slots> slots_;
    std::vector<std::unique_ptr<Hub>> hubs_;
    std::vector<std::unique_ptr<net::WsEngine>> engines_;
};

}  // namespace ks
