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
    bool io_uring = true;  // else a system call each
};

// The live half of the server: a hub and an engine of sockets on each core, one census.
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
    Slots& slots(unsigned core) { return slots_[core]; }  // to read the journal
    const Clock& clock() const { return clock_; }
    const RealtimeSettings& settings() const { return settings_; }

    void announce(Announcements announcements);          // from any thread, to every core's hub
    void shut_down();                                    // from any thread: tells each WebSocket (close 1012), ends each stream
    awaitable<void> wait_until_empty(Duration longest);  // on core 0
    awaitable<std::size_t> remove_silent();              // connections that owe an answer to a ping; how many

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
