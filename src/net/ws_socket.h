#pragma once

#include "net/outbox.h"
#include "net/ws_deflate.h"
#include "net/ws_engine.h"
#include "net/ws_frame.h"

#include <memory>
#include <span>

namespace ks::net {

class LiveSocket;

// State shared by the sockets of a loop, and the services of their engine.
class SocketHost {
public:
    SocketHost(TimerWheel& wheel, WsOptions options) : wheel(wheel), options(options) {}

    virtual void schedule_flush(LiveSocket& socket) = 0;  // has output or has ended: settle it soon
    virtual void try_send(LiveSocket& socket) = 0;        // at once, in one call
    virtual void watch_writable(LiveSocket& socket, bool watch) = 0;

    TimerWheel& wheel;
    const WsOptions options;
    Inflater inflater;

protected:
    ~SocketHost() = default;
};

// A WebSocket as a state machine: receives bytes, results of sends and deadlines; produces frames in its outbox. Makes no system calls
// except to shut down and close the descriptor. Only the engine may destroy it, after end().
//
//   open ──close()──▶ closing ──our close sent──▶ waiting for the peer's ──▶ ended
//   open ──peer's close──▶ closing (its echo) ──echo sent──▶ ended
//   open ──violation──▶ closing, input is discarded ──our close sent, half shut──▶ waiting for the end of the stream ──▶ ended
class LiveSocket final : public WsSocket, private WheelTimer {
public:
    LiveSocket(SocketHost& host, int descriptor, bool deflate, std::unique_ptr<WsHandler> handler);
    ~LiveSocket() override;

    void send(const Frame& frame, std::string_view coalescing_key) override;
    void close(CloseCode code, std::string_view reason, bool at_once) override;
    void await_sent() override { awaits_sent_ = true; }
    void deadline_moved() override;
    bool closing() const override { return closing_; }
    Steady::time_point last_heard() const override { return last_heard_; }
    std::size_t queued_bytes() const override { return outbox_.bytes(); }
    bool deflates() const override { return deflate_; }
    WsHandler& handler() override { return *handler_; }

    // For the engine.
    int descriptor() const { return descriptor_; }
    const Outbox& outbox() const { return outbox_; }
    bool sendable() const { return !ended_ && !blocked_ && !outbox_.empty(); }
    bool ended() const { return ended_; }
    void start(Steady::time_point now, std::string_view answer);  // sends `answer`, if not empty, before all else
    void received(std::span<char> bytes, Steady::time_point now);
    void sent(std::size_t offered, ssize_t result);  // result of one send of `offered` bytes of the outbox
    void writable() { blocked_ = false; }
    void on_connection_lost() { finish(closing_ ? close_code_ : std::uint16_t{1006}); }  // end of stream or connection error
    void end() { handler_->on_end(*this, close_code_); }                                 // must be called once, when ended()
    bool flush_scheduled() const { return flush_scheduled_; }                            // is in the engine's list
    void set_woken(bool flush_scheduled) { flush_scheduled_ = flush_scheduled; }

    std::uint32_t index = 0;  // among the engine's sockets

private:
    void on_deadline(Steady::time_point now) override;
    void on_message(const Incoming& incoming);
    void on_close(std::string_view payload);
    void begin_closing(std::uint16_t code, std::string_view reason, bool at_once);
    void fail(CloseCode code, std::string_view reason);
    void all_sent();
    void arm(Steady::time_point next_ping);
    void finish(std::uint16_t code);
    void queue(Opcode opcode, std::string_view payload, std::string_view coalescing_key);

    SocketHost& host_;
    std::unique_ptr<WsHandler> handler_;
    FrameReader reader_;
    Outbox outbox_;
    Steady::time_point last_heard_;
    int descriptor_;
    std::uint16_t close_code_ = 0;
    bool deflate_ : 1;
    bool has_sent_ : 1 = false;  // at least part of the 101
    bool closing_ : 1 = false;
    bool failed_ : 1 = false;       // input is discarded
    bool close_left_ : 1 = false;   // our close frame was sent
    bool peer_closed_ : 1 = false;  // the peer's was received
    bool ended_ : 1 = false;
    bool blocked_ : 1 = false;  // the send buffer is full; wait for EPOLLOUT
    bool watching_writable_ : 1 = false;
    bool awaits_sent_ : 1 = false;
    bool flush_scheduled_ : 1 = false;
};

}  // namespace ks::net
