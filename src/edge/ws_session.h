#pragma once

#include "codec/message.h"
#include "edge/limits.h"
#include "model/access.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks {

struct SessionSettings {
    Rate messages{10, 20};
    bool anonymous = true;
    Duration auth_timeout{10'000};
};

// What a session wants done; done before the call returns, in this order.
class SessionActions {
public:
    virtual ~SessionActions() = default;
    virtual const SessionSettings& settings() const = 0;  // that it goes by
    virtual void reply(std::string_view message) = 0;
    virtual void verify(std::string token) = 0;                       // answered by on_verdict, later
    virtual void sign_in(const Actor& actor) = 0;                     // from now on the user's events are wanted
    virtual void release_events() = 0;                                // those that were held while the token was expired
    virtual void close(CloseCode code, std::string_view reason) = 0;  // nothing more is called
};

// The seed's protocol for one connection: a state machine of messages and time, without a socket, a clock or a thread.
class WsSession {
public:
    explicit WsSession(SessionActions& actions) : actions_(actions) {}

    // The outcome of the credential given at connection, or none; further failures of the handshake that are told in band.
    void start(Time now, std::optional<Result<Actor>> credential);

    void on_text(std::string_view text, Time now);
    void on_binary(Time now);
    void on_verdict(Result<Actor> verdict, Time now);
    void on_revoked();
    void on_deadline(Time now);
    void on_closing();                // whoever began it: no action but close is called any more
    void refuse(const Error& error);  // the Error and the close that belongs to it

    std::optional<Time> deadline() const;  // when on_deadline is wanted
    bool holds_events() const { return awaits_ == Awaits::Reauthentication; }
    bool signed_in() const { return user_ != UserId{}; }
    bool closed() const { return closed_; }
    const UserId& user() const { return user_; }  // nil before it is signed in
    std::optional<SessionId> session_id() const { return session_id_ == SessionId{} ? std::nullopt : std::optional(session_id_); }
    bool is_welcome() const { return signed_in() || actions_.settings().anonymous; }  // else nothing is told but what it asks

private:
    enum class Awaits : std::uint8_t { Nothing, Authentication, Expiry, Reauthentication };
    struct Excess {
        Time since, last;
        std::optional<Time> warned{};
    };
    // What most sessions never need.
    struct Seldom {
        std::vector<std::string> waiting{};  // messages behind an Authenticate that is being verified
        std::optional<Excess> excess{};      // the last one
    };

    bool within_rate(Time now);
    void handle(std::string_view text);
    void error(ErrorCode code, std::string_view message);
    void close(CloseCode code, std::string_view reason);
    void refuse_authentication(const std::string& message);
    void adopt(const Actor& actor);
    Seldom& seldom();

    SessionActions& actions_;
    TokenBucket messages_;
    UserId user_{};
    SessionId session_id_{};  // nil where the token is of none
    Time due_{};              // of what it awaits
    std::unique_ptr<Seldom> seldom_{};
    Awaits awaits_ = Awaits::Nothing;
    std::uint8_t failed_ = 0;
    bool verifying_ = false;
    bool closed_ = false;
};

}  // namespace ks
