#pragma once

#include "edge/loop_services.h"
#include "runtime/event_loops.h"

#include <deque>
#include <memory>
#include <vector>

namespace ks::edge {

// The realtime services of the server: a hub and a WebSocket engine per loop, one registry of all connections.
class Realtime {
public:
    // `tails`: null in an installation of one node.
    Realtime(EventLoops& loops, engine::Sessions& sessions, engine::Shares& shares, engine::Presence& presence, engine::StreamTails* tails,
             engine::History& history, Bus& bus, const Clock& clock, RealtimeSettings settings, ConnectionLimits limits);
    ~Realtime();

    Hub& hub(unsigned loop) { return *hubs_[loop]; }
    net::WsEngine& ws_engine(unsigned loop) { return *engines_[loop]; }
    const ConnectionRegistry& connections() const { return connections_; }  // loop 0
    EventLoops& loops() { return loops_; }
    Authenticator& authenticator() { return authenticator_; }
    const LoopServices& services(unsigned loop) const { return services_[loop]; }

    void publish(BusMessages messages);                  // thread-safe; posts to every loop's hub
    void recheck_sessions(const UserId& user);           // thread-safe; closes the user's connections whose sessions have ended
    void shut_down();                                    // thread-safe; closes each WebSocket with 1012, ends each event stream
    awaitable<void> wait_until_empty(Duration longest);  // loop 0; waits at most `longest` for all WebSockets to close
    awaitable<std::size_t> remove_silent();              // closes connections with an overdue pong; returns their number

private:
    EventLoops& loops_;
    const RealtimeSettings settings_;
    ConnectionRegistry connections_;
    Authenticator authenticator_;
    std::deque<StreamReader> streams_;
    std::vector<std::unique_ptr<Hub>> hubs_;
    std::vector<LoopServices> services_;
    std::vector<std::unique_ptr<net::WsEngine>> engines_;
};

}  // namespace ks::edge
