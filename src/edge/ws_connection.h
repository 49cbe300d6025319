#pragma once

#include "base/merge_queue.h"
#include "edge/follower.h"
#include "edge/hub.h"
#include "edge/realtime.h"
#include "edge/ws_session.h"
#include "net/ws_engine.h"

#include <memory>
#include <string>

namespace ks {

// Outcome of the handshake's checks. Failures are reported over the WebSocket, after the 101.
struct Arrival {
    Census::Address* address = nullptr;  // counted in the census; the connection calls leave()
    bool joined = false;                 // the user of the credential is counted as well; the connection calls part()
    std::optional<Result<Actor>> credential{};
    std::optional<Result<std::pair<ShareId, bool>>> watches{};  // share, and whether unlocked; if not, only its end is sent
    std::optional<Error> refusal{};                             // a limit was exceeded
    std::optional<std::string> since{};                         // value of ?since=
};

// One WebSocket: joins its session (protocol), socket, hub subscription and census entry. Owned by its socket. Core thread only.
class WsConnection final : public net::WsHandler, public Subscriber, private SessionActions {
public:
    WsConnection(Realtime& realtime, unsigned core);
    ~WsConnection() override;

    // Call after adopt(). `endings`: value of Hub::endings() before the handshake's first lookup.
    void start(net::WsSocket& socket, Arrival arrival, std::uint64_t endings);

    void on_text(net::WsSocket& socket, std::string_view message) override;
    void on_binary(net::WsSocket& socket) override;
    std::optional<Steady::time_point> deadline() const override;
    void on_deadline(net::WsSocket& socket) override;
    void on_closing(net::WsSocket& socket) override;
    void on_sent(net::WsSocket& socket) override;
    void on_end(net::WsSocket&, std::uint16_t) override {}

    const UserId& user() const override { return session_.user(); }
    void on_delivery(Handover& handover) override;
    void on_revocation(const Revocation& revocation) override;
    bool takes_deflated() const override { return socket_ && socket_->deflates(); }
    void shut_down(Duration retry_in) override;             // 1012
    bool end_if_silent(Steady::time_point since) override;  // 1001

private:
    // Events held back while the token is expired. Unused with a follower, which re-reads from the journal instead.
    struct Held {
        struct Event {
            net::Frame frame;
            std::string merge_key;
        };
        MergeQueue<Event> events;
        std::size_t bytes = 0;
    };
    // State that an idle connection does not need, allocated on first use.
    struct Seldom final : Outlet {
        explicit Seldom(WsConnection& connection) : connection(connection) {}
        void send(const Outgoing& outgoing) override;
        void await_sent() override { connection.socket_->await_sent(); }
        void break_off(CloseCode code, std::string_view reason) override { connection.socket_->close(code, reason, true); }
        void refuse(const Error& error) override { connection.session_.refuse(error); }

        WsConnection& connection;
        std::shared_ptr<WsConnection*> self{};  // weak handle for pending verifications; created with the first one
        std::optional<std::string> since{};     // value of ?since=
        std::unique_ptr<Follower> follower{};   // set once signed in, if `since` is set
        std::unique_ptr<Held> held{};
    };

    const SessionSettings& settings() const override { return realtime_.settings().session; }
    void reply(std::string_view message) override;
    void verify(std::string token) override;
    void sign_in(const Actor& actor) override;
    void release_events() override;
    void close(CloseCode code, std::string_view reason) override;

    static awaitable<void> verify_token(Realtime& realtime, unsigned core, std::string token, std::optional<UserId> user,
                                        std::weak_ptr<WsConnection*> self);
    static awaitable<void> look_again(Realtime& realtime, std::optional<Actor> actor, std::optional<ShareId> share,
                                      std::weak_ptr<WsConnection*> self);
    void look_again_if_ended(std::uint64_t endings, std::optional<ShareId> share);
    std::weak_ptr<WsConnection*> self();
    Seldom& seldom();
    Follower* follower() const { return seldom_ ? seldom_->follower.get() : nullptr; }
    void hold(const Delivery& delivery, const net::Frame& frame);
    bool may_hear(const Delivery& delivery) const;

    Realtime& realtime_;
    [[no_unique_address]] WsSession session_;  // the next three members lie in its padding
    const std::uint16_t core_;
    bool joined_ = false;     // its user is counted in the census
    bool end_alone_ = false;  // of the watched share, only ShareExpired may be sent (password missing)
    net::WsSocket* socket_ = nullptr;
    Census::Address* address_ = nullptr;  // census entry; null if not counted
    std::unique_ptr<Seldom> seldom_;
};

}  // namespace ks
