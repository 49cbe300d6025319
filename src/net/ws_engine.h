#pragma once

#include "base/result.h"
#include "base/size.h"
#include "net/frame.h"
#include "net/syscall_batch.h"
#include "net/upgraded.h"
#include "runtime/timer_wheel.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ks::net {

class WsSocket;

// Application side of a WebSocket. Called on the loop's thread; owned by its socket.
class WsHandler {
public:
    virtual ~WsHandler() = default;
    virtual void on_text(WsSocket& socket, std::string_view message) = 0;  // valid UTF-8; the view is valid during the call
    virtual void on_binary(WsSocket& socket) = 0;
    // Returns when on_deadline is due, if at all. Queried at adoption, after on_deadline, and after deadline_moved().
    virtual std::optional<Steady::time_point> deadline() const { return std::nullopt; }
    virtual void on_deadline(WsSocket&) {}  // at the deadline or earlier
    // Called once after await_sent(), when the send queue is empty. May send. May be called from within send().
    virtual void on_sent(WsSocket&) {}
    // Called once, before on_end: nothing can be sent any more, because either side closes or the connection broke. May be called from
    // within send() and close().
    virtual void on_closing(WsSocket&) {}
    // Called once, as the last call; the handler is destroyed afterwards. `code` is the close code of either side, 1006 if the connection
    // broke (RFC 6455 §7.4.1).
    virtual void on_end(WsSocket& socket, std::uint16_t code) = 0;
};

struct WsOptions {
    std::size_t max_message_bytes = 0;               // after inflating; above: close 1009
    std::size_t max_queued_bytes = 0;                // for a slow reader; above: close 1013
    std::chrono::milliseconds ping_interval{};       // a ping after this much silence
    std::chrono::milliseconds idle_timeout{};        // close 1001 after this much silence
    std::chrono::milliseconds close_timeout{5'000};  // for the peer's close frame, then the connection is closed
};

// A WebSocket after the handshake. Bound to a loop.
class WsSocket {
public:
    virtual ~WsSocket() = default;

    // Queues a frame for the next flush of the loop. A frame with a non-empty coalescing_key replaces the queued one of the same key in
    // place, unless its sending has begun. No-op once closing.
    virtual void send(const Frame& frame, std::string_view coalescing_key = {}) = 0;

    // Starts the closing handshake after the queued frames or, with `at_once`, instead of them. on_end follows, never from within this
    // call.
    virtual void close(CloseCode code, std::string_view reason, bool at_once = false) = 0;

    virtual void await_sent() = 0;      // requests on_sent() after a send()
    virtual void deadline_moved() = 0;  // must be called when the handler's deadline() changes

    virtual bool closing() const = 0;
    virtual Steady::time_point last_heard() const = 0;  // last byte received
    virtual std::size_t queued_bytes() const = 0;
    virtual bool deflates() const = 0;  // permessage-deflate was negotiated
    virtual WsHandler& handler() = 0;
};

// The WebSockets of a loop: an epoll set watched by the loop's event loop, batched receives and sends, one flush per iteration of the loop,
// and one gathered write for everything pending on a socket. Idle sockets own no buffer.
class WsEngine {
public:
    WsEngine(asio::io_context& loop, TimerWheel& wheel, std::unique_ptr<SyscallBatch> syscalls, WsOptions options);
    ~WsEngine();  // closes the remaining sockets without on_end

    // Takes ownership of the socket until on_end. Its 101 is sent with the next flush of the loop, before all frames.
    WsSocket& adopt(Upgraded upgraded, bool deflate, std::unique_ptr<WsHandler> handler);

    std::size_t count() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ks::net
