#pragma once

#include "edge/hub.h"
#include "engine/feed.h"

#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace ks {

class Realtime;

// A message on its way out. The frame is there where it is shared with others.
struct Outgoing {
    std::string_view message;
    std::string_view cursor{};
    net::Frame frame{};
    std::string_view merge_key{};
};

// The way to a follower's client.
class Outlet {
public:
    virtual ~Outlet() = default;
    virtual void send(const Outgoing& outgoing) = 0;
    virtual void await_sent() = 0;                                        // Follower::on_sent is wanted once nothing is queued
    virtual void break_off(CloseCode code, std::string_view reason) = 0;  // the client comes again with its cursor
    virtual void refuse(const Error& error) = 0;                          // told, and the end
};

// A user's stream on its way to a client that asked with ?since=: joins the hub, the journal and the client by a Feed. One core alone.
class Follower final : private FeedActions {
public:
    Follower(Realtime& realtime, unsigned core, Outlet& outlet, const UserId& user, std::string_view since);
    ~Follower() override;

    void start();
    void stop();  // nothing more is sent
    void on_delivery(Handover& handover);
    void on_sent() { feed_.on_sent(); }
    void pause() { feed_.pause(); }
    void go_on() { feed_.go_on(); }

private:
    using Wanted = std::variant<Since, std::int64_t>;  // the stream's opening, or what follows that position

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
    std::shared_ptr<Follower*> self_;  // what the journal's answer finds its way back by
};

}  // namespace ks
