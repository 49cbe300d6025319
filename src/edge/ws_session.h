#pragma once

#include "codec/message.h"
#include "edge/limits.h"
#include "model/access.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::edge {

struct SessionSettings {
    Rate messages{};
    bool anonymous = true;
    Duration auth_timeout{};
};

// Actions of a WsSession. Each must complete before the call returns.
class SessionActions {
public:
    virtual ~SessionActions() = default;
    virtual const SessionSettings& settings() const = 0;  // must stay valid and constant
    virtual void reply(std::string_view message) = 0;
    virtual void verify(std::string token) = 0;                       // asynchronous; answered by on_verdict
    virtual void sign_in(const Actor& actor) = 0;                     // subscribes the connection to the user's events
    virtual void release_events() = 0;                                // sends the events held while the token was expired
    virtual void close(CloseCode code, std::string_view reason) = 0;  // the last action
};

// Protocol state machine of one WebSocket connection: authentication, token expiry, rate limit, Ping. Has no socket, clock or thread;
// driven by messages and time.
class WsSession {
public:
    explicit WsSession(SessionActions& actions) : actions_(actions) {}

    // `credential`: result of authenticating the credential in the handshake; nullopt if there was none. Failures are sent in band.
    void start(Time now, std::optional<Result<Actor>> credential);

    void on_text(std::string_view text, Time now);
    void on_binary(Time now);
    void on_verdict(Result<Actor> verdict, Time now);
    void on_revoked();
    void on_deadline(Time now);
    void on_closing();                // either side closes; no action but close is called afterwards
    void refuse(const Error& error);  // sends the error and closes with the matching code

    std::optional<Time> deadline() const;  // time at which to call on_deadline
    bool holds_events() const { return awaits_ == Awaits::Reauthentication; }
    bool signed_in() const { return user_ != UserId{}; }
    bool closed() const { return closed_; }
    const UserId& user() const { return user_; }  // nil before sign-in
    std::optional<SessionId> session_id() const { return session_id_ == SessionId{} ? std::nullopt : std::optional(session_id_); }
    // If false, the client only gets replies to its own messages.
    bool is_welcome() const { return signed_in() || actions_.settings().anonymous; }

private:
    enum class Awaits : std::uint8_t { Nothing, Authentication, Expiry, Reauthentication };
    struct Excess {
        Time since, last;
        std::optional<Time> warned{};
    };
    // State that most sessions do not need, allocated on first use.
    struct ColdState {
        std::vector<std::string> waiting{};  // messages queued while an Authenticate is being verified
        std::optional<Excess> excess{};      // the latest
    };

    bool within_rate(Time now);
    void handle(std::string_view text);
    void error(ErrorCode code, std::string_view message);
    void close(CloseCode code, std::string_view reason);
    void refuse_authentication(const std::string& message);
    void adopt(const Actor& actor);
    ColdState& cold_state();

    SessionActions& actions_;
    TokenBucket messages_;
    UserId user_{};
    SessionId session_id_{};  // nil: the token belongs to no session
    Time due_{};              // deadline of awaits_
    std::unique_ptr<ColdState> cold_state_{};
    Awaits awaits_ = Awaits::Nothing;
    std::uint8_t failed_ = 0;
    bool verifying_ = false;
    bool closed_ = false;
};

}  // namespace ks::edge
