#pragma once

#include "edge/loop_services.h"
#include "edge/stream_subscriber.h"
#include "net/http.h"

#include <boost/asio/steady_timer.hpp>

#include <string>

namespace ks::edge {

net::Response event_stream_head(bool uses_tls);

// A user's event stream as server-sent events (HTML Living Standard §9.2): writes the response from head to end. Loop thread only.
class EventStream final : public Subscriber, private EventSink {
public:
    EventStream(const LoopServices& services, Actor actor, std::string_view since);

    // Completes when the client disconnects, reads too slowly, its token expires or is revoked, or the server shuts down.
    // `revocation_generation`: value of Hub::revocation_generation() before the actor was looked up.
    awaitable<void> run(net::Exchange& exchange, std::uint64_t revocation_generation, bool uses_tls);

    const UserId& user() const override { return actor_.user_id; }
    void on_delivery(DeliveryFrames& frames) override { follower_.on_delivery(frames); }
    void on_revocation(const Revocation& revocation) override;
    void recheck_session() override;
    bool takes_deflated() const override { return false; }
    void shut_down(Duration retry_in) override;

private:
    void send(const OutboundMessage& outgoing) override;
    void await_sent() override { awaits_sent_ = true; }
    void disconnect(CloseCode code, std::string_view reason) override;
    void refuse(const Error& error) override;

    awaitable<void> write_until_ended(net::Exchange& exchange);
    awaitable<void> wait();
    bool has_expired() const;
    static awaitable<void> recheck(const LoopServices& services, Actor actor, WeakHandle<EventStream> self);
    void end();

    const LoopServices& services_;
    const Actor actor_;
    StreamSubscriber follower_;
    net::Exchange* exchange_ = nullptr;  // null before run()
    asio::steady_timer wake_;
    std::string queue_;
    std::size_t on_its_way_ = 0;  // bytes of the write in progress
    bool awaits_sent_ = false;
    bool ended_ = false;
    bool cut_ = false;  // disconnected: the response ends without its terminating chunk
    WeakHandles<EventStream> handles_;
};

}  // namespace ks::edge
