#pragma once

#include "base/coalescing_queue.h"
#include "edge/stream_subscriber.h"
#include "edge/hub.h"
#include "edge/loop_services.h"
#include "edge/ws_session.h"
#include "net/ws_engine.h"
#include "runtime/weak_handle.h"

#include <memory>
#include <string>

namespace ks::edge {

// Outcome of the handshake's checks. Failures are reported over the WebSocket, after the 101.
struct HandshakeResult {
    ConnectionSlot slot{};
    std::optional<Result<Actor>> credential{};
    std::optional<Result<engine::WatchedShare>> watches{};
    std::optional<Error> refusal{};      // a limit was exceeded
    std::optional<std::string> since{};  // value of ?since=
};

// One WebSocket: joins its session (protocol), socket, hub subscription and slot in the registry. Owned by its socket. Loop thread only.
class WsConnection final : public net::WsHandler, public Subscriber, private SessionActions {
public:
    explicit WsConnection(const LoopServices& services) : services_(services), session_(*this) {}
    ~WsConnection() override = default;

    // Call after adopt(). `revocation_generation`: value of Hub::revocation_generation() before the handshake's first lookup.
    void start(net::WsSocket& socket, HandshakeResult arrival, std::uint64_t revocation_generation);

    void on_text(net::WsSocket& socket, std::string_view message) override;
    void on_binary(net::WsSocket& socket) override;
    std::optional<Steady::time_point> deadline() const override;
    void on_deadline(net::WsSocket& socket) override;
    void on_closing(net::WsSocket& socket) override;
    void on_sent(net::WsSocket& socket) override;
    void on_end(net::WsSocket&, std::uint16_t) override {}

    const UserId& user() const override { return session_.user(); }
    void on_delivery(DeliveryFrames& frames) override;
    void on_revocation(const Revocation& revocation) override;
    void recheck_session() override;
    bool takes_deflated() const override { return socket_ && socket_->deflates(); }
    void shut_down(Duration retry_in) override;                   // 1012
    bool close_if_idle_since(Steady::time_point since) override;  // 1001

private:
    // Events held back while the token is expired. Unused with a follower, which re-reads from the journal instead.
    struct Held {
        struct Event {
            net::Frame frame;
            std::string coalescing_key;
        };
        CoalescingQueue<Event> events;
        std::size_t bytes = 0;
    };
    // Sink of the follower.
    class Sink final : public EventSink {
    public:
        explicit Sink(WsConnection& connection) : connection_(connection) {}
        void send(const OutboundMessage& outgoing) override;
        void await_sent() override { connection_.socket_->await_sent(); }
        void disconnect(CloseCode code, std::string_view reason) override { connection_.socket_->close(code, reason, true); }
        void refuse(const Error& error) override { connection_.session_.refuse(error); }

    private:
        WsConnection& connection_;
    };
    // State that an idle connection does not need, allocated on first use.
    struct ColdState {
        explicit ColdState(WsConnection& connection) : sink(connection) {}

        Sink sink;
        WeakHandles<WsConnection> handles{};           // for pending verifications
        std::optional<std::string> since{};            // value of ?since=
        std::unique_ptr<StreamSubscriber> follower{};  // set once signed in, if `since` is set
        std::unique_ptr<Held> held{};
    };

    const SessionSettings& settings() const override { return services_.settings.session; }
    void reply(std::string_view message) override;
    void verify(std::string token) override;
    void sign_in(const Actor& actor) override;
    void release_events() override;
    void close(CloseCode code, std::string_view reason) override;

    static awaitable<void> verify_token(const LoopServices& services, std::string token, bool is_counted, WeakHandle<WsConnection> self);
    static awaitable<void> recheck(const LoopServices& services, std::optional<Actor> actor, std::optional<ShareId> share,
                                   WeakHandle<WsConnection> self);
    void recheck_if_revoked(std::uint64_t revocation_generation, std::optional<ShareId> share);
    void begin_recheck(std::optional<ShareId> share);
    WeakHandle<WsConnection> self() { return cold_state().handles.handle(*this); }
    ColdState& cold_state();
    StreamSubscriber* follower() const { return cold_state_ ? cold_state_->follower.get() : nullptr; }
    void hold(const EventDelivery& delivery, const net::Frame& frame);
    bool may_hear(const EventDelivery& delivery) const;

    const LoopServices& services_;
    [[no_unique_address]] WsSession session_;  // the next member lies in its padding
    bool end_alone_ = false;                   // of the watched share, only ShareExpired may be sent (password missing)
    net::WsSocket* socket_ = nullptr;
    ConnectionSlot slot_;
    std::unique_ptr<ColdState> cold_state_;
};

}  // namespace ks::edge
