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

// What the handshake found out, told in band.
struct Arrival {
    Census::Address* address = nullptr;  // counted in the census; the connection takes it out again
    bool joined = false;                 // likewise, the user of the credential
    std::optional<Result<Actor>> credential{};
    std::optional<Result<std::pair<ShareId, bool>>> watches{};  // a share, and whether more than its end may be told
    std::optional<Error> refusal{};                             // a limit
    std::optional<std::string> since{};                         // asked with ?since=
};

// One WebSocket: its session, its socket, its place in the hub and in the census.
class WsConnection final : public net::WsHandler, public Subscriber, private SessionActions {
public:
    WsConnection(Realtime& realtime, unsigned core);
    ~WsConnection() override;

    // After adopt(). endings: of the hub before the handshake looked anything up.
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
    // Events while the token is expired, of a connection without a follower.
    struct Held {
        struct Event {
            net::Frame frame;
            std::string merge_key;
        };
        MergeQueue<Event> events;
        std::size_t bytes = 0;
    };
    // What a connection at rest need not have.
    struct Seldom final : Outlet {
        explicit Seldom(WsConnection& connection) : connection(connection) {}
        void send(const Outgoing& outgoing) override;
        void await_sent() override { connection.socket_->await_sent(); }
        void break_off(CloseCode code, std::string_view reason) override { connection.socket_->close(code, reason, true); }
        void refuse(const Error& error) override { connection.session_.refuse(error); }

        WsConnection& connection;
        std::shared_ptr<WsConnection*> self{};  // what a verification finds its way back by; made when one starts
        std::optional<std::string> since{};     // what it asked with
        std::unique_ptr<Follower> follower{};   // once a user is there who asked so
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
    [[no_unique_address]] WsSession session_;  // the next three lie in its padding
    const std::uint16_t core_;
    bool joined_ = false;     // counted in the census as one of its user
    bool end_alone_ = false;  // of the share it watches, only ShareExpired may be told
    net::WsSocket* socket_ = nullptr;
    Census::Address* address_ = nullptr;  // what it is counted under
    std::unique_ptr<Seldom> seldom_;
};

}  // namespace ks
