#pragma once

#include "edge/follower.h"
#include "edge/realtime.h"
#include "net/http.h"

#include <boost/asio/steady_timer.hpp>

#include <string>

namespace ks {

net::Response event_stream_head(bool uses_tls);

// A user's stream as server-sent events (HTML Living Standard §9.2), from the head of the answer to its end. One core alone.
class EventStream final : public Subscriber, private Outlet {
public:
    EventStream(Realtime& realtime, unsigned core, Actor actor, std::string_view since);

    // Ends when the client goes, reads too slowly, has no good token any more, or when the server stops. endings: of the hub before the
    // actor was looked up.
    awaitable<void> run(net::Exchange& exchange, std::uint64_t endings, bool uses_tls);

    const UserId& user() const override { return actor_.user_id; }
    void on_delivery(Handover& handover) override { follower_.on_delivery(handover); }
    void on_revocation(const Revocation& revocation) override;
    bool takes_deflated() const override { return false; }
    void shut_down(Duration retry_in) override;

private:
    void send(const Outgoing& outgoing) override;
    void await_sent() override { awaits_sent_ = true; }
    void break_off(CloseCode code, std::string_view reason) override;
    void refuse(const Error& error) override;

    awaitable<void> write_until_ended(net::Exchange& exchange);
    awaitable<void> wait();
    bool has_expired() const;
    void end();

    Realtime& realtime_;
    const unsigned core_;
    const Actor actor_;
    Follower follower_;
    net::Exchange* exchange_ = nullptr;  // once it runs
    asio::steady_timer wake_;
    std::string queue_;
    std::size_t on_its_way_ = 0;  // of what is being written
    bool awaits_sent_ = false;
    bool ended_ = false;
    bool cut_ = false;  // not at its proper end
};

}  // namespace ks
