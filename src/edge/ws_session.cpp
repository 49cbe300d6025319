#include "edge/ws_session.h"

#include "edge/problem.h"

namespace ks {

namespace {

constexpr int allowed_failures = 5;
constexpr auto reauthentication_time = std::chrono::seconds(30);
constexpr auto warning_interval = std::chrono::seconds(1);
constexpr auto pause_that_forgives = std::chrono::seconds(1);
constexpr auto tolerated_excess = std::chrono::seconds(10);

std::string result(bool success, std::string message) { return encode(wire::AuthenticationResult{success, std::move(message)}); }

}  // namespace

WsSession::WsSession(const SessionSettings& settings, SessionActions& actions)
    : settings_(settings), actions_(actions), bucket_(settings.messages_per_second, settings.message_burst) {}

void WsSession::error(ErrorCode code, std::string_view message) { actions_.reply(encode(wire::Error{code, std::string(message)})); }

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
        if (!settings_.anonymous) auth_deadline_ = now + settings_.auth_timeout;
        return;
    }
    if (*credential) {
        actor_ = **credential;
        actions_.reply(result(true, "Authenticated successfully"));
        actions_.sign_in(*actor_);
    } else if (credential->error().code == ErrorCode::InvalidToken) {
        actions_.reply(result(false, credential->error().message));
        refuse(credential->error());
    } else if (credential->error().code == ErrorCode::ConnectionLimit) {
        refuse(credential->error());
    } else {
        refuse({ErrorCode::InternalError, "The token could not be checked; connect again"});
    }
}

bool WsSession::within_rate(Time now) {
    if (bucket_.take(now)) return true;
    if (!last_excess_ || now - *last_excess_ > pause_that_forgives) excess_since_ = now;
    last_excess_ = now;
    if (now - *excess_since_ >= tolerated_excess) {
        error(ErrorCode::RateLimited, "Too many messages for too long");
        close(CloseCode::PolicyViolation, "Too many messages for too long");
    } else if (!last_warning_ || now - *last_warning_ >= warning_interval) {
        last_warning_ = now;
        error(ErrorCode::RateLimited, "Too many messages: this one was dropped; slow down");
    }
    return false;
}

void WsSession::on_text(std::string_view text, Time now) {
    if (closed_ || !within_rate(now)) return;
    if (verifying_) {
        waiting_.emplace_back(text);
    } else {
        handle(text);
    }
}

void WsSession::on_binary(Time now) {
    if (closed_ || !within_rate(now)) return;
    error(ErrorCode::InvalidMessage, "Messages are text frames");
}

void WsSession::handle(std::string_view text) {
    auto message = decode_message(text);
    if (!message) return error(message.error().code, message.error().message);
    if (std::holds_alternative<wire::Ping>(*message)) return actions_.reply(pong_message);
    if (std::holds_alternative<wire::Pong>(*message)) return;
    if (auto* authenticate = std::get_if<wire::Authenticate>(&*message)) {
        verifying_ = true;
        return actions_.verify(std::move(authenticate->token));
    }
    if (!settings_.anonymous && !actor_) return error(ErrorCode::AuthenticationRequired, "Authenticate first");
    error(ErrorCode::InvalidMessage, "A client sends Authenticate, Ping or Pong");
}

void WsSession::refuse_authentication(const std::string& message) {
    actions_.reply(result(false, message));
    if (++failed_ >= allowed_failures) close(CloseCode::Unauthenticated, "Too many failed attempts to authenticate");
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
            error(ErrorCode::InternalError, "The token could not be checked; try again");
        }
    } else if (verdict->expires_at && *verdict->expires_at <= now) {
        refuse_authentication("The token has expired");
    } else if (actor_ && actor_->user_id != verdict->user_id) {
        actions_.reply(result(false, "This connection belongs to another user; open a new one"));
    } else {
        bool first = !actor_;
        actor_ = std::move(*verdict);
        auth_deadline_.reset();
        actions_.reply(result(true, "Authenticated successfully"));
        if (first) actions_.sign_in(*actor_);
        if (std::exchange(expired_at_, std::nullopt)) actions_.release_events();
    }
    auto waiting = std::exchange(waiting_, {});
    for (std::string& text : waiting) {
        if (closed_) return;
        if (verifying_) {
            waiting_.push_back(std::move(text));
        } else {
            handle(text);
        }
    }
}

void WsSession::on_revoked() {
    if (closed_) return;
    error(ErrorCode::InvalidToken, "The session has ended; sign in again");
    close(CloseCode::Unauthenticated, "The session has ended");
}

std::optional<Time> WsSession::deadline() const {
    if (closed_) return std::nullopt;
    if (auth_deadline_) return auth_deadline_;
    if (expired_at_) return *expired_at_ + reauthentication_time;
    return actor_ ? actor_->expires_at : std::nullopt;
}

void WsSession::on_deadline(Time now) {
    auto due = deadline();
    if (!due || now < *due) return;
    if (auth_deadline_) {
        error(ErrorCode::AuthenticationRequired, "Authenticate within the time that is allowed");
        close(CloseCode::Unauthenticated, "Not authenticated in time");
    } else if (expired_at_) {
        close(CloseCode::Unauthenticated, "The token has expired");
    } else {
        expired_at_ = now;
        error(ErrorCode::InvalidToken, "The token has expired; send Authenticate with a new one");
    }
}

}  // namespace ks
