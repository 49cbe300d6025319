#pragma once

#include "base/clock.h"
#include "engine/cursor.h"
#include "net/frame.h"
#include "ports/announcement.h"
#include "runtime/timer_wheel.h"

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ks {

// A message with its cursor, and its frame.
struct Marked {
    std::string text;
    std::string cursor;
    net::Frame frame;
};

// A delivery as it is handed to a core's subscribers: framed once for all, and once for those of one user who asked for cursors.
class Handover {
public:
    Handover(const Delivery& delivery, bool deflate) : delivery(delivery), deflate_(deflate) {}

    const net::Frame& frame();
    const net::Frame* frame_without_since();  // null where such a connection does not receive it
    const Marked& marked(const Stream& stream, StreamPlace place);

    const Delivery& delivery;

private:
    const bool deflate_;
    net::Frame frame_;
    net::Frame frame_without_since_;
    Marked marked_;
    std::optional<std::pair<UserId, std::int64_t>> marked_for_;
};

// A connection as the hub sees it.
class Subscriber {
public:
    virtual ~Subscriber() = default;
    virtual const UserId& user() const = 0;  // nil: nobody; the same from sign_in() on
    virtual void on_delivery(Handover& handover) = 0;
    virtual void on_revocation(const Revocation& revocation) = 0;
    virtual bool takes_deflated() const = 0;
    virtual void shut_down(Duration retry_in) = 0;                    // the server stops
    virtual bool end_if_silent(Steady::time_point) { return false; }  // that nothing was heard of since then

private:
    friend class Hub;
    struct Watched {
        ShareId share;
        std::uint32_t place = 0;
    };
    static constexpr std::uint32_t nowhere = ~std::uint32_t{0};
    bool signed_in() const { return place_of_user_ != nowhere; }

    std::unique_ptr<Watched> watched_{};                 // seldom there
    std::uint32_t place_ = 0, place_of_user_ = nowhere;  // in the hub's lists
    std::uint64_t last_delivery_ = 0;
};

// A core's connections, and who of them receives what. Finding, adding and removing cost the same however many are connected. A subscriber
// may remove itself, and no other, while it is called.
class Hub {
public:
    void add(Subscriber& subscriber);
    void remove(Subscriber& subscriber);
    void sign_in(Subscriber& subscriber);                      // once
    void watch(Subscriber& subscriber, const ShareId& share);  // once

    void announce(const Announcement& announcement);

    std::size_t count() const { return all_.size(); }

    // Grows with every end of a session or a share. Whoever looks something up and subscribes later looks again where it has grown since.
    std::uint64_t endings() const { return endings_; }
    void for_each(const std::function<void(Subscriber&)>& visit);  // which may remove the one it visits

private:
    using List = std::vector<Subscriber*>;
    using Place = std::uint32_t& (*)(Subscriber&);

    static std::uint32_t& place(Subscriber& subscriber) { return subscriber.place_; }
    static std::uint32_t& place_of_user(Subscriber& subscriber) { return subscriber.place_of_user_; }
    static std::uint32_t& place_of_share(Subscriber& subscriber) { return subscriber.watched_->place; }
    static void insert(List& list, Subscriber& subscriber, Place place);
    static void erase(List& list, Subscriber& subscriber, Place place);
    template <class Visit>
    static void visit(const List& list, Visit visit);
    void deliver(const Delivery& delivery);
    void tidy();

    List all_;
    std::unordered_map<UserId, List> by_user_;
    std::unordered_map<ShareId, List> by_share_;
    std::vector<UserId> empty_users_;  // lists to free once no list is being visited
    std::vector<ShareId> empty_shares_;
    bool visiting_ = false;
    std::size_t deflating_ = 0;
    std::uint64_t delivery_ = 0;
    std::uint64_t endings_ = 0;
};

}  // namespace ks
