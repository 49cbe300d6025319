#pragma once

#include "edge/connection_registry.h"
#include "edge/hub.h"
#include "edge/async_semaphore.h"
#include "edge/ws_session.h"
#include "engine/accounts.h"
#include "engine/history.h"
#include "engine/shares.h"
#include "net/ws_engine.h"
#include "runtime/event_loops.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ks {

struct RealtimeSettings {
    SessionSettings session{};
    net::WsOptions socket{};
    bool io_uring = true;  // false: one system call per operation
};

// The realtime services of the server: a hub and a WebSocket engine per loop, one registry of all connections.
class Realtime {
public:
    Realtime(EventLoops& loops, Accounts& accounts, Shares& shares, Presence& presence, History& history, const Clock& clock,
             RealtimeSettings settings, ConnectionLimits limits);
    ~Realtime();

    Hub& hub(unsigned loop) { return *hubs_[loop]; }
    net::WsEngine& engine(unsigned loop) { return *engines_[loop]; }
    const ConnectionRegistry& connections() const { return connections_; }  // loop 0
    EventLoops& loops() { return loops_; }
    Accounts& accounts() { return accounts_; }
    Shares& shares() { return shares_; }
    History& history() { return history_; }
    AsyncSemaphore& journal_reads(unsigned loop) { return journal_reads_[loop]; }  // limits the reads under way
    const Clock& clock() const { return clock_; }
    const RealtimeSettings& settings() const { return settings_; }

    // See ConnectionRegistry. Callable from any loop.
    awaitable<Admission> admit(std::string address, std::optional<Actor> user);
    awaitable<Result<CountedUser>> sign_in(Actor user);

    void publish(BusMessages messages);                  // thread-safe; posts to every loop's hub
    void shut_down();                                    // thread-safe; closes each WebSocket with 1012, ends each event stream
    awaitable<void> wait_until_empty(Duration longest);  // loop 0; waits at most `longest` for all WebSockets to close
    awaitable<std::size_t> remove_silent();              // closes connections with an overdue pong; returns their number

private:
    EventLoops& loops_;
    Accounts& accounts_;
    Shares& shares_;
    History& history_;
    const Clock& clock_;
    const RealtimeSettings settings_;
    ConnectionRegistry connections_;
    std::deque<AsyncSemaphore> journal_reads_;
    std::vector<std::unique_ptr<Hub>> hubs_;
    std::vector<std::unique_ptr<net::WsEngine>> engines_;
};

}  // namespace ks
