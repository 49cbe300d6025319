#include "edge/ws_connection.h"

#include "edge/problem.h"

#include <algorithm>

namespace ks {

static_assert(sizeof(WsConnection) <= 152, "every idle connection pays for it");

WsConnection::WsConnection(Realtime& realtime, unsigned loop)
    : realtime_(realtime), session_(*this), loop_(static_cast<std::uint16_t>(loop)) {}

void WsConnection::start(net::WsSocket& socket, HandshakeResult arrival, std::uint64_t revocation_generation) {
    socket_ = &socket;
    slot_ = std::move(arrival.slot);
    realtime_.hub(loop_).add(*this);
    if (arrival.refusal) return session_.refuse(*arrival.refusal);
    if (arrival.since) cold_state().since = std::move(arrival.since);
    session_.start(realtime_.clock().now(), std::move(arrival.credential));
    if (session_.closed()) return;
    if (arrival.watches && !*arrival.watches) {
        bool unknown = arrival.watches->error().code == ErrorCode::NotFound;
        return session_.refuse(unknown ? Error{ErrorCode::InvalidMessage, "There is no such share, or it has ended"}
                                       : Error{ErrorCode::InternalError, "The share could not be loaded; reconnect to try again"});
    }
    std::optional<ShareId> watched;
    if (arrival.watches) {
        auto [share, unlocked] = **arrival.watches;
        end_alone_ = !unlocked;
        watched = share;
        realtime_.hub(loop_).watch(*this, share);
    }
    recheck_if_revoked(revocation_generation, watched);
    if (cold_state_ && cold_state_->since && !session_.signed_in()) {
        reply(error_message(
            {ErrorCode::AuthenticationRequired, "\"since\" requires authentication: send Authenticate to receive missed events"}));
    }
    socket.deadline_moved();
}

std::optional<Steady::time_point> WsConnection::deadline() const {
    auto due = session_.deadline();
    if (!due) return std::nullopt;
    return Steady::now() + std::min<Duration>(*due - realtime_.clock().now(), std::chrono::hours(24));  // re-armed on expiry
}

void WsConnection::on_deadline(net::WsSocket&) {
    session_.on_deadline(realtime_.clock().now());
    if (follower() && session_.holds_events()) follower()->pause();
}

void WsConnection::on_text(net::WsSocket&, std::string_view message) { session_.on_text(message, realtime_.clock().now()); }
void WsConnection::on_binary(net::WsSocket&) { session_.on_binary(realtime_.clock().now()); }

void WsConnection::reply(std::string_view message) { socket_->send(net::make_frame(message, false)); }

void WsConnection::verify(std::string token) {
    auto user = session_.signed_in() ? std::optional(session_.user()) : std::nullopt;
    spawn(realtime_.loops().loop(loop_).get_executor(), verify_token(realtime_, loop_, std::move(token), user, self()), "verify");
}

// `user`: the user already signed in and counted. If the connection closes meanwhile, the new place in the count is released.
awaitable<void> WsConnection::verify_token(Realtime& realtime, unsigned loop, std::string token, std::optional<UserId> user,
                                           WeakHandle<WsConnection> self) {
    auto revocation_generation = realtime.hub(loop).revocation_generation();
    auto verdict = co_await realtime.accounts().authenticate(std::move(token));
    CountedUser place;
    if (verdict && !user) {
        auto signed_in = co_await realtime.sign_in(*verdict);
        if (signed_in) {
            place = std::move(*signed_in);
        } else {
            verdict = tl::unexpected(std::move(signed_in.error()));
        }
    }
    WsConnection* connection = self.get();
    if (!connection || connection->session_.closed()) co_return;
    connection->session_.on_verdict(std::move(verdict), realtime.clock().now());
    // The verdict may be refused after all (it expired just now), and its reply may close the connection.
    bool signed_in = !connection->session_.closed() && connection->session_.signed_in();
    if (place && signed_in) connection->slot_.user = std::move(place);
    connection->recheck_if_revoked(revocation_generation, std::nullopt);
    connection->socket_->deadline_moved();
}

WsConnection::ColdState& WsConnection::cold_state() {
    if (!cold_state_) cold_state_ = std::make_unique<ColdState>(*this);
    return *cold_state_;
}

// Closes a race: if the session or share ended after the lookup and before we subscribed, we were not notified. Check again.
void WsConnection::recheck_if_revoked(std::uint64_t revocation_generation, std::optional<ShareId> share) {
    if (realtime_.hub(loop_).revocation_generation() == revocation_generation || session_.closed() || (!session_.signed_in() && !share))
        return;
    std::optional<Actor> actor;
    if (session_.signed_in()) actor = Actor{.user_id = session_.user(), .username = {}, .session_id = session_.session_id()};
    spawn(realtime_.loops().loop(loop_).get_executor(), recheck(realtime_, std::move(actor), share, self()), "look again");
}

awaitable<void> WsConnection::recheck(Realtime& realtime, std::optional<Actor> actor, std::optional<ShareId> share,
                                      WeakHandle<WsConnection> self) {
    Result<void> good;
    Result<bool> living = true;
    if (actor) good = co_await realtime.accounts().is_still_valid(*actor);
    if (share) living = co_await realtime.shares().is_active(*share);
    WsConnection* connection = self.get();
    if (!connection || connection->session_.closed()) co_return;
    if (!good && good.error().code == ErrorCode::InvalidToken) {
        connection->session_.on_revoked();
    } else if (!living.value_or(true)) {
        Error ended{ErrorCode::InvalidMessage, "There is no such share, or it has ended"};
        connection->session_.refuse(ended);
    }
}

void WsConnection::sign_in(const Actor& actor) {
    realtime_.hub(loop_).sign_in(*this);
    if (!cold_state_ || !cold_state_->since) return;
    cold_state_->follower = std::make_unique<StreamSubscriber>(realtime_, loop_, cold_state_->sink, actor.user_id, *cold_state_->since);
    cold_state_->follower->start();
}

void WsConnection::close(CloseCode code, std::string_view reason) { socket_->close(code, reason); }

void WsConnection::on_closing(net::WsSocket&) {
    session_.on_closing();
    if (cold_state_) cold_state_->held.reset();
    if (follower()) follower()->stop();
    realtime_.hub(loop_).remove(*this);
    slot_ = {};
}

void WsConnection::on_delivery(DeliveryFrames& frames) {
    const EventDelivery& delivery = frames.delivery;
    if (!may_hear(delivery)) return;
    if (follower()) return follower()->on_delivery(frames);
    const net::Frame* frame = frames.frame_without_since();
    if (!frame) return;
    if (session_.holds_events()) return hold(delivery, *frame);
    socket_->send(*frame, delivery.coalescing_key);
}

bool WsConnection::may_hear(const EventDelivery& delivery) const {
    if (!session_.is_welcome()) return false;
    if (!end_alone_ || delivery.recipients.shares.empty() || delivery.type == wire::ShareExpired::type) return true;
    const auto& users = delivery.recipients.users;
    return session_.signed_in() && std::find(users.begin(), users.end(), session_.user()) != users.end();
}

void WsConnection::hold(const EventDelivery& delivery, const net::Frame& frame) {
    auto& held = cold_state().held;
    if (!held) held = std::make_unique<Held>();
    if (auto* queued = held->events.find(delivery.coalescing_key)) {
        held->bytes += frame.plain.size() - queued->frame.plain.size();
        queued->frame = frame;
        return;
    }
    held->bytes += frame.plain.size();
    if (held->bytes > realtime_.settings().socket.max_queued_bytes) {
        return session_.refuse({ErrorCode::InvalidToken, "The token has expired and too many events are queued"});
    }
    held->events.push({frame, delivery.coalescing_key}, delivery.coalescing_key);
}

void WsConnection::release_events() {
    if (!cold_state_) return;
    if (follower()) return follower()->resume();
    auto held = std::move(cold_state_->held);
    for (; held && !held->events.empty(); held->events.pop_front()) {
        const auto& event = held->events.front();
        socket_->send(event.frame, event.coalescing_key);
    }
}

void WsConnection::on_revocation(const Revocation& revocation) {
    if (revocation.ends(session_.session_id())) session_.on_revoked();
}

void WsConnection::shut_down(Duration retry_in) {
    char reason[64];
    std::snprintf(reason, sizeof reason, "The server restarts; retry in %.3f s", static_cast<double>(retry_in.count()) / 1000);
    close(CloseCode::ServiceRestart, reason);
}

bool WsConnection::end_if_silent(Steady::time_point since) {
    if (socket_->last_heard() >= since) return false;
    close(CloseCode::GoingAway, "Idle timeout");
    return true;
}

void WsConnection::Sink::send(const OutboundMessage& outgoing) {
    const net::Frame& frame = outgoing.frame;
    connection_.socket_->send(frame.plain ? frame : net::make_frame(outgoing.message, connection_.takes_deflated()),
                              outgoing.coalescing_key);
}

void WsConnection::on_sent(net::WsSocket&) { follower()->on_sent(); }

}  // namespace ks
