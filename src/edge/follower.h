#pragma once

#include "edge/hub.h"
#include "engine/feed.h"

#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace ks {

class Realtime;

// An outbound message. `frame` is set if it is shared with other connections; otherwise the sink encodes `message`.
struct Outgoing {
    std::string_view message;
    std::string_view cursor{};
    net::Frame frame{};
    std::string_view merge_key{};
};

// Sink for the messages of a Follower.
class Outlet {
public:
    virtual ~Outlet() = default;
    virtual void send(const Outgoing& outgoing) = 0;
    virtual void await_sent() = 0;                                        // calls Follower::on_sent once the send queue is empty
    virtual void break_off(CloseCode code, std::string_view reason) = 0;  // disconnects; the client reconnects with its cursor
    virtual void refuse(const Error& error) = 0;                          // sends the error, then closes
};

// Delivers a user's event stream to a client that connected with ?since=: replays missed events from the journal, then forwards live events
// from the hub. Feed holds the logic; this class connects it to hub, journal and sink. Core thread only.
class Follower final : private FeedActions {
public:
    Follower(Realtime& realtime, unsigned core, Outlet& outlet, const UserId& user, std::string_view since);
    ~Follower() override;

    void start();
    void stop();  // sends nothing afterwards
    void on_delivery(Handover& handover);
    void on_sent() { feed_.on_sent(); }
    void pause() { feed_.pause(); }
    void go_on() { feed_.go_on(); }

private:
    using Wanted = std::variant<Since, std::int64_t>;  // Since: open the stream; int64: read the events after that position

    void open(Since since) override { fetch(since); }
    void read(std::int64_t after) override { fetch(after); }
    void send(const JournalEntry& entry) override;
    void send_passing(const Delivery& delivery, StreamPlace behind) override;
    void send_resumed(std::uint64_t replayed, bool complete, StreamPlace at) override;
    void await_sent() override { outlet_.await_sent(); }
    void overflow() override;
    void lose() override;

    void fetch(Wanted wanted);
    static awaitable<void> fetch_for(Realtime& realtime, unsigned core, UserId user, Wanted wanted, std::weak_ptr<Follower*> self);

    Realtime& realtime_;
    const unsigned core_;
    Outlet& outlet_;
    const Stream stream_;
    Feed feed_;
    std::shared_ptr<Follower*> self_;  // nulled by stop(), so that pending journal reads are discarded
};

}  // namespace ks
