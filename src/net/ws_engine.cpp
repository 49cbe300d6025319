#include "base/size.h"
#include "net/ws_engine.h"

#include "net/ws_socket.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace ks::net {

namespace {

constexpr std::size_t max_events = 256;     // sockets read per poll; the rest follow in the next
constexpr std::size_t slots = 16;           // receives per batch
constexpr std::size_t slot_bytes = 64_KiB;  // read from one socket per poll
constexpr std::size_t max_sends = 64;       // per batch
constexpr std::size_t max_parts = 64;       // frames per gathered write

}  // namespace

// One poll receives from the sockets that epoll reports, calls their handlers and then settles. Settling flushes the sockets that were
// flush_scheduled and destroys those that ended. Sockets are destroyed only there, because a batch or a handler may still hold them.
struct WsEngine::Impl final : SocketHost {
    Impl(asio::io_context& loop, TimerWheel& wheel, std::unique_ptr<SyscallBatch> syscalls, WsOptions options)
        : SocketHost(wheel, options), loop_(loop), syscalls_(std::move(syscalls)), epoll_(loop, epoll_create1(EPOLL_CLOEXEC)) {
        KS_ASSERT(epoll_.native_handle() >= 0);
        calls_.reserve(max_sends);
        senders_.reserve(max_sends);
        watch();
    }

    // Handlers may call their sockets while they are destroyed: the lists must still exist.
    ~Impl() {
        busy_ = true;
        sockets_.clear();
    }

    void watch() {
        epoll_.async_wait(asio::posix::stream_descriptor::wait_read,
                          [this, alive = std::weak_ptr<int>(alive_)](const boost::system::error_code& cancelled) {
                              if (cancelled || alive.expired()) return;
                              poll_once();
                              watch();
                          });
    }

    LiveSocket& adopt(Upgraded upgraded, bool deflate, std::unique_ptr<WsHandler> handler) {
        auto owned = std::make_unique<LiveSocket>(*this, upgraded.descriptor, deflate, std::move(handler));
        LiveSocket& socket = *owned;
        socket.index = static_cast<std::uint32_t>(sockets_.size());
        sockets_.push_back(std::move(owned));
        socket.start(Steady::now(), upgraded.answer);
        epoll_event event{.events = EPOLLIN | EPOLLRDHUP, .data = {.ptr = &socket}};
        if (epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, upgraded.descriptor, &event) != 0) {
            socket.on_connection_lost();
        } else if (!upgraded.received.empty()) {
            early_.push_back({&socket, std::move(upgraded.received)});
            schedule_flush(socket);
        }
        return socket;
    }

    void schedule_flush(LiveSocket& socket) override {
        if (!socket.flush_scheduled()) {
            socket.set_woken(true);
            flush_scheduled_.push_back(&socket);
        }
        if (busy_ || settle_posted_) return;
        settle_posted_ = true;
        asio::post(loop_, [this, alive = std::weak_ptr<int>(alive_)] {
            if (alive.expired()) return;
            settle_posted_ = false;
            busy_ = true;
            flush_and_reap(Steady::now());
            busy_ = false;
        });
    }

    void watch_writable(LiveSocket& socket, bool watch) override {
        epoll_event event{.events = EPOLLIN | EPOLLRDHUP | (watch ? EPOLLOUT : 0u), .data = {.ptr = &socket}};
        epoll_ctl(epoll_.native_handle(), EPOLL_CTL_MOD, socket.descriptor(), &event);
    }

    void try_send(LiveSocket& socket) override {
        std::array<iovec, max_parts> parts;
        auto count = socket.outbox().fill(parts);
        if (count == 0) return;
        SendCall call{.descriptor = socket.descriptor(), .parts = std::span(parts).first(count)};
        syscalls_->send({&call, 1});
        socket.sent(size_of(call.parts), call.result);
    }

    void poll_once() {
        busy_ = true;
        auto now = Steady::now();
        handle_early(now);
        std::array<epoll_event, max_events> events;
        int count = epoll_wait(epoll_.native_handle(), events.data(), max_events, 0);
        readable_.clear();
        for (int i = 0; i < count; ++i) {
            auto& socket = *static_cast<LiveSocket*>(events[i].data.ptr);
            if (events[i].events & EPOLLOUT) {
                socket.writable();
                schedule_flush(socket);
            }
            if (events[i].events & ~EPOLLOUT) readable_.push_back({&socket, (events[i].events & (EPOLLERR | EPOLLHUP)) != 0});
        }
        for (std::size_t at = 0; at < readable_.size(); at += slots)
            receive(std::span(readable_).subspan(at, std::min(slots, readable_.size() - at)), now);
        flush_and_reap(now);
        busy_ = false;
    }

    struct Readable {
        LiveSocket* socket;
        bool broken;
    };

    void receive(std::span<const Readable> batch, Steady::time_point now) {
        if (!receive_buffer_) receive_buffer_ = std::make_unique_for_overwrite<char[]>(slots * slot_bytes);
        std::array<ReceiveCall, slots> calls;
        for (std::size_t i = 0; i < batch.size(); ++i)
            calls[i] = {.descriptor = batch[i].socket->descriptor(), .buffer = {receive_buffer_.get() + i * slot_bytes, slot_bytes}};
        syscalls_->receive(std::span(calls).first(batch.size()));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            auto& socket = *batch[i].socket;
            auto result = calls[i].result;
            if (result > 0)
                socket.received(calls[i].buffer.first(static_cast<std::size_t>(result)), now);
            else if (batch[i].broken || (result != -EAGAIN && result != -EWOULDBLOCK && result != -EINTR))
                socket.on_connection_lost();
        }
    }

    // Handles bytes received together with the handshake requests.
    void handle_early(Steady::time_point now) {
        for (auto& [socket, bytes] : std::exchange(early_, {}))
            if (!socket->ended()) socket->received(bytes, now);
    }

    void flush_and_reap(Steady::time_point now) {
        while (!flush_scheduled_.empty()) {
            handle_early(now);
            std::swap(settling_, flush_scheduled_);
            for (auto* socket : settling_) socket->set_woken(false);
            flush();
            for (auto* socket : settling_)
                if (socket->ended() && !socket->flush_scheduled()) destroy_socket(*socket);
            settling_.clear();
        }
    }

    void flush() {
        for (auto* socket : settling_) {
            if (!socket->sendable()) continue;
            if (calls_.size() == max_sends) submit();
            auto parts = std::span(parts_).subspan(calls_.size() * max_parts, max_parts);
            parts = parts.first(socket->outbox().fill(parts));
            calls_.push_back({.descriptor = socket->descriptor(), .parts = parts});
            senders_.push_back(socket);
        }
        submit();
    }

    void submit() {
        if (calls_.empty()) return;
        syscalls_->send(calls_);
        for (std::size_t i = 0; i < calls_.size(); ++i) senders_[i]->sent(size_of(calls_[i].parts), calls_[i].result);
        calls_.clear();
        senders_.clear();
    }

    static std::size_t size_of(std::span<const iovec> parts) {
        std::size_t size = 0;
        for (const auto& part : parts) size += part.iov_len;
        return size;
    }

    void destroy_socket(LiveSocket& socket) {
        auto owned = std::move(sockets_[socket.index]);
        if (socket.index + 1 < sockets_.size()) {
            sockets_[socket.index] = std::move(sockets_.back());
            sockets_[socket.index]->index = socket.index;
        }
        sockets_.pop_back();
        socket.end();
    }

    asio::io_context& loop_;
    std::unique_ptr<SyscallBatch> syscalls_;
    asio::posix::stream_descriptor epoll_;
    std::vector<std::unique_ptr<LiveSocket>> sockets_;
    std::vector<LiveSocket*> flush_scheduled_, settling_;
    std::vector<std::pair<LiveSocket*, std::string>> early_;
    bool busy_ = false;  // polling or settling: sockets flush_scheduled now are settled at its end
    bool settle_posted_ = false;

    std::unique_ptr<char[]> receive_buffer_;  // receive buffers (slots), shared by all sockets
    std::vector<Readable> readable_;
    std::array<iovec, max_sends * max_parts> parts_;
    std::vector<SendCall> calls_;
    std::vector<LiveSocket*> senders_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

WsEngine::WsEngine(asio::io_context& loop, TimerWheel& wheel, std::unique_ptr<SyscallBatch> syscalls, WsOptions options)
    : impl_(std::make_unique<Impl>(loop, wheel, std::move(syscalls), options)) {}

WsEngine::~WsEngine() = default;

WsSocket& WsEngine::adopt(Upgraded upgraded, bool deflate, std::unique_ptr<WsHandler> handler) {
    return impl_->adopt(std::move(upgraded), deflate, std::move(handler));
}

std::size_t WsEngine::count() const { return impl_->sockets_.size(); }

}  // namespace ks::net
