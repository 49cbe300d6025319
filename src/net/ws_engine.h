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

// What a socket's messages mean. Called on the core's thread; owned by its socket.
class WsHandler {
public:
    virtual ~WsHandler() = default;
    virtual void on_text(WsSocket& socket, std::string_view message) = 0;  // valid UTF-8; valid during the call
    virtual void on_binary(WsSocket& socket) = 0;
    // When on_deadline is wanted, if it is. Asked for at adoption, after on_deadline, and when the socket is told that it has moved.
    virtual std::optional<Steady::time_point> deadline() const { return std::nullopt; }
    virtual void on_deadline(WsSocket&) {}  // then or before
    // Nothing is queued any more; once after await_sent(). May send, and may come from within send().
    virtual void on_sent(WsSocket&) {}
    // Once, before on_end: nothing more can be said, since either side closes or the connection broke. May come from within send() and
    // close().
    virtual void on_closing(WsSocket&) {}
    // Once, the last call: `code` as either side said it, 1006 where the connection broke (RFC 6455 §7.4.1). The handler is destroyed after
    // it.
    virtual void on_end(WsSocket& socket, std::uint16_t code) = 0;
};

struct WsOptions {
    std::size_t max_message_bytes = 64_KiB;           // after inflating; above: close 1009
    std::size_t max_queued_bytes = 1_MiB;             // to a reader that is too slow; above: close 1013
    std::chrono::milliseconds ping_interval{25'000};  // a ping after this much silence
    std::chrono::milliseconds idle_timeout{60'000};   // close 1001 after this much silence
    std::chrono::milliseconds close_timeout{5'000};   // for the peer's answer to our close, then the connection is cut
};

// One WebSocket after the 101, on one core.
class WsSocket {
public:
    virtual ~WsSocket() = default;

    // Queues a frame; it leaves with the next flush of the core. With a merge_key that is not empty, a queued frame of the same key that
    // has not begun to leave is replaced in its place. Does nothing once closing.
    virtual void send(const Frame& frame, std::string_view merge_key = {}) = 0;

    // The closing handshake, after what is queued (where `at_once` is false). on_end follows, never from within.
    virtual void close(CloseCode code, std::string_view reason, bool at_once = false) = 0;

    virtual void await_sent() = 0;      // after a send(): the handler's on_sent is wanted
    virtual void deadline_moved() = 0;  // the handler's

    virtual bool closing() const = 0;
    virtual Steady::time_point last_heard() const = 0;  // any byte from the peer
    virtual std::size_t queued_bytes() const = 0;
    virtual bool deflates() const = 0;  // permessage-deflate was negotiated
    virtual WsHandler& handler() = 0;
};

// A core's WebSockets: an epoll set of its own whose descriptor the core's loop watches; receives and sends in batches, one flush per
// turn of the loop, what is pending for a socket joined in one gathered write. At rest a socket owns no buffer.
class WsEngine {
public:
    WsEngine(asio::io_context& core, TimerWheel& wheel, std::unique_ptr<SyscallBatch> syscalls, WsOptions options);
    ~WsEngine();  // cuts what is left, without on_end

    // Takes a socket over; its 101 leaves with the next flush of the core, ahead of all that is sent. Owned by the engine until on_end.
    WsSocket& adopt(Upgraded upgraded, bool deflate, std::unique_ptr<WsHandler> handler);

    std::size_t count() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ks::net
