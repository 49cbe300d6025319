#include "edge/ws_connection.h"

#include "edge/problem.h"
#include "runtime/event_loops.h"

#include <algorithm>

namespace ks::edge {

static_assert(sizeof(WsConnection) <= 152, "every idle connection pays for it");

void WsConnection::start(net::WsSocket& socket, HandshakeResult arrival, std::uint64_t revocation_generation) {
    socket_ = &socket;
    slot_ = std::move(arrival.slot);
    services_.hub.add(*this);
    if (arrival.refusal) return session_.refuse(*arrival.refusal);
    if (arrival.since) cold_state().since = std::move(arrival.since);
    session_.start(services_.clock.now(), std::move(arrival.credential));
    if (session_.closed()) return;
    if (arrival.watches && !*arrival.watches) {
        bool unknown = arrival.watches->error().code == ErrorCode::NotFound;
        return session_.refuse(unknown ? Error{ErrorCode::InvalidMessage, "There is no such share, or it has ended"}
                                       : Error{ErrorCode::InternalError, "The share could not be loaded; reconnect to try again"});
    }
    std::optional<ShareId> watched;
    if (arrival.watches) {
        end_alone_ = !(*arrival.watches)->unlocked;
        watched = (*arrival.watches)->id;
        services_.hub.watch(*this, *watched);
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
    return Steady::now() + std::min<Duration>(*due - services_.clock.now(), std::chrono::hours(24));  // re-armed on expiry
}

void WsConnection::on_deadline(net::WsSocket&) {
    session_.on_deadline(services_.clock.now());
    if (follower() && session_.holds_events()) follower()->pause();
}

void WsConnection::on_text(net::WsSocket&, std::string_view message) { session_.on_text(message, services_.clock.now()); }
void WsConnection::on_binary(net::WsSocket&) { session_.on_binary(services_.clock.now()); }

void WsConnection::reply(std::string_view message) { socket_->send(net::make_frame(message, false)); }

void WsConnection::verify(std::string token) {
    auto verifying = verify_token(services_, std::move(token), session_.signed_in(), self());
    spawn(services_.loop.get_executor(), std::move(verifying), "verify");
}

// If the connection closes meanwhile, the new place in the count is released.
awaitable<void> WsConnection::verify_token(const LoopServices& services, std::string token, bool is_counted,
                                           WeakHandle<WsConnection> self) {
    auto revocation_generation = services.hub.revocation_generation();
    auto verdict = co_await services.authenticator.verify(std::move(token), is_counted);
    WsConnection* connection = self.get();
    if (!connection || connection->session_.closed()) co_return;
    if (verdict.actor && verdict.place && connection->cold_state().since) {
        std::string& since = *connection->cold_state().since;
        since = services.streams.begin_at(std::move(since), verdict.actor->user_id, verdict.events_after);
    }
    connection->session_.on_verdict(std::move(verdict.actor), services.clock.now());
    // The verdict may be refused after all (it expired just now), and its reply may close the connection.
    bool signed_in = !connection->session_.closed() && connection->session_.signed_in();
    if (verdict.place && signed_in) connection->slot_.user = std::move(verdict.place);
    connection->recheck_if_revoked(revocation_generation, std::nullopt);
    connection->socket_->deadline_moved();
}

WsConnection::ColdState& WsConnection::cold_state() {
    if (!cold_state_) cold_state_ = std::make_unique<ColdState>(*this);
    return *cold_state_;
}

// Closes a race: if the session or share ended after the lookup and before we subscribed, we were not notified. Check again.
void WsConnection::recheck_if_revoked(std::uint64_t revocation_generation, std::optional<ShareId> share) {
    if (services_.hub.revocation_generation() == revocation_generation || session_.closed() || (!session_.signed_in() && !share)) return;
    begin_recheck(share);
}

void WsConnection::recheck_session() {
    if (!session_.closed()) begin_recheck(std::nullopt);
}

void WsConnection::begin_recheck(std::optional<ShareId> share) {
    std::optional<Actor> actor;
    if (session_.signed_in()) actor = Actor{.user_id = session_.user(), .username = {}, .session_id = session_.session_id()};
    spawn(services_.loop.get_executor(), recheck(services_, std::move(actor), share, self()), "look again");
}

awaitable<void> WsConnection::recheck(const LoopServices& services, std::optional<Actor> actor, std::optional<ShareId> share,
                                      WeakHandle<WsConnection> self) {
    Result<void> good;
    Result<bool> living = true;
    if (actor) good = co_await services.authenticator.is_still_valid(*actor);
    if (share) living = co_await services.authenticator.is_active(*share);
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
    services_.hub.sign_in(*this);
    if (!cold_state_ || !cold_state_->since) return;
    cold_state_->follower = std::make_unique<StreamSubscriber>(services_, cold_state_->sink, actor.user_id, *cold_state_->since);
    cold_state_->follower->start();
}

void WsConnection::close(CloseCode code, std::string_view reason) { socket_->close(code, reason); }

void WsConnection::on_closing(net::WsSocket&) {
    session_.on_closing();
    if (cold_state_) cold_state_->held.reset();
    if (follower()) follower()->stop();
    services_.hub.remove(*this);
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
    if (held->bytes > services_.settings.socket.max_queued_bytes) {
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

bool WsConnection::close_if_idle_since(Steady::time_point since) {
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

}  // namespace ks::edge
