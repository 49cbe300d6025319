#include "edge/ws_session.h"

#include "edge/problem.h"

namespace ks::edge {

namespace {

constexpr int allowed_failures = 5;
constexpr auto reauthentication_time = std::chrono::seconds(30);
constexpr auto warning_interval = std::chrono::seconds(1);
constexpr auto pause_that_forgives = std::chrono::seconds(1);
constexpr auto tolerated_excess = std::chrono::seconds(10);

std::string result(bool success, std::string message) { return codec::encode(wire::AuthenticationResult{success, std::move(message)}); }

const std::string authenticated = result(true, "Authenticated successfully");

}  // namespace

void WsSession::error(ErrorCode code, std::string_view message) { actions_.reply(codec::encode(wire::Error{code, std::string(message)})); }

void WsSession::close(CloseCode code, std::string_view reason) {
    closed_ = true;
    actions_.close(code, reason);
}

void WsSession::refuse(const Error& failure) {
    error(failure.code, failure.message);
    close(close_code(failure.code), failure.message);
}

void WsSession::start(Time now, std::optional<Result<Actor>> credential) {
    if (!credential) {
        if (actions_.settings().anonymous) return;
        awaits_ = Awaits::Authentication;
        due_ = now + actions_.settings().auth_timeout;
        return;
    }
    if (*credential) {
        adopt(**credential);
        actions_.reply(authenticated);
        if (!closed_) actions_.sign_in(**credential);
    } else if (credential->error().code == ErrorCode::InvalidToken) {
        actions_.reply(result(false, credential->error().message));
        refuse(credential->error());
    } else if (credential->error().code == ErrorCode::ConnectionLimit) {
        refuse(credential->error());
    } else {
        refuse({ErrorCode::InternalError, "The token could not be verified; reconnect to try again"});
    }
}

void WsSession::adopt(const Actor& actor) {
    user_ = actor.user_id;
    session_id_ = actor.session_id.value_or(SessionId{});
    awaits_ = actor.expires_at ? Awaits::Expiry : Awaits::Nothing;
    due_ = actor.expires_at.value_or(Time{});
}

WsSession::ColdState& WsSession::cold_state() {
    if (!cold_state_) cold_state_ = std::make_unique<ColdState>();
    return *cold_state_;
}

bool WsSession::within_rate(Time now) {
    if (messages_.take(actions_.settings().messages, now)) return true;
    auto& excess = cold_state().excess;
    if (!excess) excess = Excess{now, now};
    if (now - excess->last > pause_that_forgives) excess->since = now;
    excess->last = now;
    if (now - excess->since >= tolerated_excess) {
        error(ErrorCode::RateLimited, "Message rate exceeded for too long");
        close(CloseCode::PolicyViolation, "Message rate exceeded for too long");
    } else if (!excess->warned || now - *excess->warned >= warning_interval) {
        excess->warned = now;
        error(ErrorCode::RateLimited, "Too many messages: this one was dropped, send fewer per second");
    }
    return false;
}

void WsSession::on_text(std::string_view text, Time now) {
    if (closed_ || !within_rate(now)) return;
    if (verifying_) {
        cold_state().waiting.emplace_back(text);
    } else {
        handle(text);
    }
}

void WsSession::on_binary(Time now) {
    if (closed_ || !within_rate(now)) return;
    error(ErrorCode::InvalidMessage, "Messages must be text frames");
}

void WsSession::handle(std::string_view text) {
    auto message = codec::decode_message(text);
    if (!message) return error(message.error().code, message.error().message);
    if (std::holds_alternative<wire::Ping>(*message)) return actions_.reply(codec::pong_message);
    if (std::holds_alternative<wire::Pong>(*message)) return;
    if (auto* authenticate = std::get_if<wire::Authenticate>(&*message)) {
        verifying_ = true;
        return actions_.verify(std::move(authenticate->token));
    }
    if (!is_welcome()) return error(ErrorCode::AuthenticationRequired, "Authentication required: send Authenticate first");
    error(ErrorCode::InvalidMessage, "Clients may only send Authenticate, Ping and Pong");
}

void WsSession::refuse_authentication(const std::string& message) {
    actions_.reply(result(false, message));
    if (++failed_ >= allowed_failures) close(CloseCode::Unauthenticated, "Too many failed authentication attempts");
}

void WsSession::on_verdict(Result<Actor> verdict, Time now) {
    if (closed_) return;
    verifying_ = false;
    if (!verdict) {
        const Error& failure = verdict.error();
        if (failure.code == ErrorCode::InvalidToken) {
            refuse_authentication(failure.message);
        } else if (failure.code == ErrorCode::ConnectionLimit) {
            refuse(failure);
        } else {
            error(ErrorCode::InternalError, "The token could not be verified; try again");
        }
    } else if (verdict->expires_at && *verdict->expires_at <= now) {
        refuse_authentication("The token has expired");
    } else if (signed_in() && user_ != verdict->user_id) {
        actions_.reply(result(false, "This connection belongs to another user; open a new one"));
    } else {
        bool first = !signed_in(), held = holds_events();
        adopt(*verdict);
        actions_.reply(authenticated);
        if (first && !closed_) actions_.sign_in(*verdict);
        if (held && !closed_) actions_.release_events();
    }
    if (!cold_state_) return;
    auto waiting = std::exchange(cold_state_->waiting, {});
    for (auto text = waiting.begin(); text != waiting.end() && !closed_; ++text) {
        if (verifying_) {
            waiting.erase(waiting.begin(), text);
            cold_state_->waiting = std::move(waiting);
            return;
        }
        handle(*text);
    }
}

void WsSession::on_revoked() {
    if (closed_) return;
    error(ErrorCode::InvalidToken, "The session has ended; sign in again");
    close(CloseCode::Unauthenticated, "The session has ended");
}

void WsSession::on_closing() { closed_ = true; }

std::optional<Time> WsSession::deadline() const {
    if (closed_) return std::nullopt;
    return awaits_ == Awaits::Nothing ? std::nullopt : std::optional(due_);
}

void WsSession::on_deadline(Time now) {
    auto due = deadline();
    if (!due || now < *due) return;
    if (awaits_ == Awaits::Authentication) {
        error(ErrorCode::AuthenticationRequired, "Authentication timeout: send Authenticate after connecting");
        close(CloseCode::Unauthenticated, "Authentication timeout");
    } else if (awaits_ == Awaits::Reauthentication) {
        close(CloseCode::Unauthenticated, "The token has expired");
    } else {
        awaits_ = Awaits::Reauthentication;
        due_ = now + reauthentication_time;
        error(ErrorCode::InvalidToken, "The token has expired; send Authenticate with a new one");
    }
}

}  // namespace ks::edge
