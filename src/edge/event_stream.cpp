#include "edge/event_stream.h"

#include "edge/problem.h"
#include "edge/security_headers.h"
#include "runtime/event_loops.h"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>

namespace ks::edge {

namespace {

constexpr auto heartbeat_interval = std::chrono::seconds(15);
constexpr std::string_view heartbeat = ":\n\n";

Error session_ended() { return {ErrorCode::InvalidToken, "The session has ended; sign in again"}; }

}  // namespace

net::Response event_stream_head(bool uses_tls) {
    net::Response response;
    response.with("Content-Type", "text/event-stream").with("Cache-Control", "no-store");
    response.with("X-Accel-Buffering", "no");  // a buffering proxy (nginx) would delay events
    add_security_headers(response, uses_tls);
    return response;
}

EventStream::EventStream(const LoopServices& services, Actor actor, std::string_view since)
    : services_(services), actor_(std::move(actor)), follower_(services, *this, actor_.user_id, since), wake_(services.loop) {}

awaitable<void> EventStream::run(net::Exchange& exchange, std::uint64_t revocation_generation, bool uses_tls) {
    Hub& hub = services_.hub;
    exchange_ = &exchange;
    hub.add(*this);
    hub.sign_in(*this);
    follower_.start();
    Result<void> good;
    // Closes a race: if the session ended after the lookup and before hub.add(), no revocation reached us. Check again.
    if (hub.revocation_generation() != revocation_generation) good = co_await services_.authenticator.is_still_valid(actor_);
    if (!good && good.error().code == ErrorCode::InvalidToken) refuse(session_ended());
    if (co_await exchange.start(event_stream_head(uses_tls))) {
        exchange.on_hang_up([this] { disconnect(CloseCode::GoingAway, "The client disconnected"); });
        co_await write_until_ended(exchange);
    }
    follower_.stop();
    hub.remove(*this);
}

awaitable<void> EventStream::write_until_ended(net::Exchange& exchange) {
    while (true) {
        if (queue_.empty() && !ended_) co_await wait();
        if (has_expired()) refuse({ErrorCode::InvalidToken, "The token has expired; reconnect with a new one"});
        if (cut_) co_return;
        if (queue_.empty() && ended_) break;
        std::string piece = queue_.empty() ? std::string(heartbeat) : std::exchange(queue_, {});
        on_its_way_ = piece.size();
        bool written = co_await exchange.write_some(piece);
        on_its_way_ = 0;
        if (!written) co_return;
        if (queue_.empty() && std::exchange(awaits_sent_, false)) follower_.on_sent();
    }
    co_await exchange.finish();
}

// Waits until woken by send() or end(), until the token expires, or for the heartbeat interval.
awaitable<void> EventStream::wait() {
    auto longest = std::chrono::duration_cast<Duration>(heartbeat_interval);
    if (actor_.expires_at) longest = std::clamp(*actor_.expires_at - services_.clock.now(), Duration(0), longest);
    wake_.expires_after(longest);
    boost::system::error_code ignored;
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

bool EventStream::has_expired() const { return actor_.expires_at && services_.clock.now() >= *actor_.expires_at; }

void EventStream::send(const OutboundMessage& outgoing) {
    if (ended_) return;
    if (!outgoing.cursor.empty()) queue_.append("id: ").append(outgoing.cursor).append("\n");
    queue_.append("data: ").append(outgoing.message).append("\n\n");
    if (queue_.size() + on_its_way_ > services_.settings.socket.max_queued_bytes + outgoing.message.size()) {
        return disconnect(CloseCode::TryAgainLater, "Slow consumer");
    }
    wake_.cancel();
}

void EventStream::on_revocation(const Revocation& revocation) {
    if (revocation.ends(actor_.session_id)) refuse(session_ended());
}

void EventStream::recheck_session() {
    spawn(services_.loop.get_executor(), recheck(services_, actor_, handles_.handle(*this)), "look again");
}

awaitable<void> EventStream::recheck(const LoopServices& services, Actor actor, WeakHandle<EventStream> self) {
    auto good = co_await services.authenticator.is_still_valid(std::move(actor));
    bool has_ended = !good && good.error().code == ErrorCode::InvalidToken;
    if (EventStream* stream = self.get(); stream && has_ended) stream->refuse(session_ended());
}

void EventStream::refuse(const Error& error) {
    if (ended_) return;
    queue_.append("data: ").append(error_message(error)).append("\n\n");
    end();
}

// `retry` sets the reconnection delay of an EventSource.
void EventStream::shut_down(Duration retry_in) {
    if (!ended_) queue_.append("retry: ").append(std::to_string(retry_in.count())).append("\n\n");
    end();
}

void EventStream::disconnect(CloseCode, std::string_view) {
    queue_ = {};
    cut_ = true;
    end();
    if (exchange_) exchange_->abort();  // aborts a write blocked on a slow reader
}

void EventStream::end() {
    ended_ = true;
    follower_.stop();
    wake_.cancel();
}

}  // namespace ks::edge
