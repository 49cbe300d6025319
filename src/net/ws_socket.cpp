#include "net/ws_socket.h"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

namespace ks::net {

namespace {

// Only the newest queued ping or pong matters (RFC 6455 §5.5.3); coalescing keeps a peer from filling the queue with them.
constexpr std::string_view ping_key = "\x01ping", pong_key = "\x01pong";

}  // namespace

static_assert(sizeof(LiveSocket) <= 104, "a million idle connections pay for every byte");

LiveSocket::LiveSocket(SocketHost& host, int descriptor, bool deflate, std::unique_ptr<WsHandler> handler)
    : host_(host), handler_(std::move(handler)), last_heard_(Steady::now()), descriptor_(descriptor), deflate_(deflate) {}

LiveSocket::~LiveSocket() {
    if (!outbox_.empty()) {
        // Reset the connection: unread bytes would stay in the kernel for minutes.
        linger reset{.l_onoff = 1, .l_linger = 0};
        setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    ::close(descriptor_);
}

void LiveSocket::start(Steady::time_point now, std::string_view answer) {
    last_heard_ = now;
    if (!answer.empty()) {
        outbox_.push(SharedBytes(answer));
        host_.schedule_flush(*this);
    }
    arm(now + host_.options.ping_interval);
}

void LiveSocket::send(const Frame& frame, std::string_view coalescing_key) {
    if (closing_) return;
    const auto& bytes = frame.for_socket(deflate_);
    if (outbox_.merge(bytes, coalescing_key)) return;
    auto fits = [&] { return outbox_.empty() || outbox_.bytes() + bytes.size() <= host_.options.max_queued_bytes; };
    if (!fits() && !blocked_) host_.try_send(*this);
    if (closing_) return;
    if (!fits()) return begin_closing(static_cast<std::uint16_t>(CloseCode::TryAgainLater), "Slow consumer", true);
    outbox_.push(bytes, coalescing_key);
    if (!blocked_) host_.schedule_flush(*this);
}

void LiveSocket::close(CloseCode code, std::string_view reason, bool at_once) {
    if (!closing_) begin_closing(static_cast<std::uint16_t>(code), reason, at_once);
}

void LiveSocket::queue(Opcode opcode, std::string_view payload, std::string_view coalescing_key) {
    SharedBytes frame(encode_frame({.opcode = opcode}, payload));
    if (!outbox_.merge(frame, coalescing_key)) outbox_.push(std::move(frame), coalescing_key);
    if (!blocked_) host_.schedule_flush(*this);
}

void LiveSocket::begin_closing(std::uint16_t code, std::string_view reason, bool at_once) {
    closing_ = true;
    close_code_ = code;
    if (at_once && has_sent_) outbox_.drop_unstarted();
    outbox_.push(SharedBytes(encode_close(code, reason)));
    host_.wheel.arm(*this, Steady::now() + host_.options.close_timeout);
    if (!blocked_) host_.schedule_flush(*this);
    handler_->on_closing(*this);
}

void LiveSocket::fail(CloseCode code, std::string_view reason) {
    failed_ = true;
    if (closing_) return finish(close_code_);
    begin_closing(static_cast<std::uint16_t>(code), reason, false);
}

void LiveSocket::finish(std::uint16_t code) {
    if (ended_) return;
    bool breaks_off = !closing_;
    ended_ = closing_ = true;
    close_code_ = code;
    disarm();
    host_.schedule_flush(*this);
    if (breaks_off) handler_->on_closing(*this);
}

void LiveSocket::received(std::span<char> bytes, Steady::time_point now) {
    last_heard_ = now;
    FrameRules rules{.max_message_bytes = host_.options.max_message_bytes, .deflate = deflate_};
    while (!ended_ && !failed_ && !peer_closed_) {
        auto incoming = reader_.next(bytes, rules);
        if (incoming.kind == Incoming::Kind::Nothing) return;
        on_message(incoming);
    }
}

void LiveSocket::on_message(const Incoming& incoming) {
    using Kind = Incoming::Kind;
    switch (incoming.kind) {
        case Kind::Nothing: return;
        case Kind::Violation:
            return fail(incoming.code, incoming.code == CloseCode::MessageTooBig ? "Message too large"
                                       : incoming.code == CloseCode::InvalidData ? "Text must be valid UTF-8"
                                                                                 : "Invalid frame");
        case Kind::Close: return on_close(incoming.payload);
        case Kind::Ping:
            if (!closing_) queue(Opcode::Pong, incoming.payload, pong_key);
            return;
        case Kind::Pong: return;
        case Kind::Binary:
            if (!closing_) handler_->on_binary(*this);
            return;
        case Kind::Text: break;
    }
    if (closing_) return;
    auto text = incoming.payload;
    if (incoming.compressed) {
        switch (host_.inflater.inflate(incoming.payload, host_.options.max_message_bytes, text)) {
            case Inflater::Outcome::TooBig: return fail(CloseCode::MessageTooBig, "Message too large");
            case Inflater::Outcome::Corrupt: return fail(CloseCode::InvalidData, "Invalid compressed data");
            case Inflater::Outcome::Ok: break;
        }
        if (!is_whole_utf8(text)) return fail(CloseCode::InvalidData, "Text must be valid UTF-8");
    }
    handler_->on_text(*this, text);
}

void LiveSocket::on_close(std::string_view payload) {
    auto said = read_close(payload);
    if (said.violation) return fail(*said.violation, "Invalid close frame");
    peer_closed_ = true;
    if (!closing_)
        begin_closing(said.code, {}, false);
    else if (close_left_)
        finish(close_code_);
}

void LiveSocket::sent(std::size_t offered, ssize_t result) {
    if (result == -EPIPE || result == -ECONNRESET) {
        blocked_ = true;  // the peer is gone; read its remaining data first, then the end of the stream
        return;
    }
    if (result < 0 && result != -EAGAIN && result != -EWOULDBLOCK && result != -EINTR) return on_connection_lost();
    auto taken = result > 0 ? static_cast<std::size_t>(result) : 0;
    outbox_.consume(taken);
    if (taken > 0) has_sent_ = true;
    if (taken < offered && result != -EINTR) {
        blocked_ = true;
        if (!watching_writable_) host_.watch_writable(*this, watching_writable_ = true);
        return;
    }
    if (!outbox_.empty()) return host_.schedule_flush(*this);
    if (watching_writable_) host_.watch_writable(*this, watching_writable_ = false);
    all_sent();
    if (closing_ || !awaits_sent_) return;
    awaits_sent_ = false;
    handler_->on_sent(*this);
}

void LiveSocket::all_sent() {
    if (!closing_ || close_left_) return;
    close_left_ = true;
    if (peer_closed_) {
        shutdown(descriptor_, SHUT_WR);
        return finish(close_code_);
    }
    if (failed_) shutdown(descriptor_, SHUT_WR);
    host_.wheel.arm(*this, Steady::now() + host_.options.close_timeout);
}

// Arms the timer for the earliest time at which something may be due. Received data does not move it.
void LiveSocket::arm(Steady::time_point next_ping) {
    auto due = std::min(next_ping, last_heard_ + host_.options.idle_timeout);
    if (auto wanted = handler_->deadline()) due = std::min(due, *wanted);
    host_.wheel.arm(*this, due);
}

void LiveSocket::deadline_moved() {
    if (!closing_) arm(last_heard_ + host_.options.ping_interval);
}

void LiveSocket::on_deadline(Steady::time_point now) {
    if (closing_) return finish(close_code_);
    handler_->on_deadline(*this);
    if (closing_) return;
    const auto& options = host_.options;
    auto silence = now - last_heard_;
    if (silence >= options.idle_timeout) return begin_closing(static_cast<std::uint16_t>(CloseCode::GoingAway), "Idle timeout", true);
    bool ping = silence >= options.ping_interval;
    if (ping) queue(Opcode::Ping, {}, ping_key);
    arm((ping ? now : last_heard_) + options.ping_interval);
}

}  // namespace ks::net
