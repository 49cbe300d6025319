#pragma once

#include "base/clock.h"
#include "engine/cursor.h"
#include "net/frame.h"
#include "ports/bus.h"
#include "runtime/timer_wheel.h"

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ks::edge {

// A message with its cursor added, and the frame of that text.
struct FrameWithCursor {
    std::string text;
    std::string cursor;
    net::Frame frame;
};

// Frames of one delivery for the subscribers of a loop. Each variant is encoded on first use and shared; the one with a cursor is cached
// for one user at a time.
class DeliveryFrames {
public:
    DeliveryFrames(const EventDelivery& delivery, bool deflate) : delivery(delivery), deflate_(deflate) {}

    const net::Frame& frame();
    const net::Frame* frame_without_since();  // for connections without ?since=; null if they must not receive the event
    const FrameWithCursor& frame_with_cursor(const engine::Stream& stream, StreamPosition position);

    const EventDelivery& delivery;

private:
    const bool deflate_;
    net::Frame frame_;
    net::Frame frame_without_since_;
    FrameWithCursor cached_;
    std::optional<std::pair<UserId, std::int64_t>> cached_for_;
};

// A connection registered with a Hub. Callbacks run on the loop of the hub.
class Subscriber {
public:
    virtual ~Subscriber() = default;
    virtual const UserId& user() const = 0;  // nil until signed in; constant after sign_in()
    virtual void on_delivery(DeliveryFrames& frames) = 0;
    virtual void on_revocation(const Revocation& revocation) = 0;
    virtual void recheck_session() = 0;  // closes the connection, later, if its session has ended
    virtual bool takes_deflated() const = 0;
    virtual void shut_down(Duration retry_in) = 0;  // the server is shutting down
    // Closes the connection if nothing was received since then. Returns whether it did.
    virtual bool close_if_idle_since(Steady::time_point) { return false; }

private:
    friend class Hub;
    static constexpr std::uint32_t nowhere = ~std::uint32_t{0};
    bool signed_in() const { return index_by_user_ != nowhere; }

    std::uint32_t index_ = 0, index_by_user_ = nowhere;  // indexes into the hub's lists
    std::uint64_t last_delivery_ = 0;
};

// Connections of one loop, indexed by user and by watched share. add, remove, sign_in and watch are O(1). Not thread-safe: loop thread
// only. During a callback a subscriber may remove itself but no other.
class Hub {
public:
    explicit Hub(Bus& bus) : bus_(bus) {}  // on which it watches the shares that connections watch

    void add(Subscriber& subscriber);
    void remove(Subscriber& subscriber);
    void sign_in(Subscriber& subscriber);                      // at most once
    void watch(Subscriber& subscriber, const ShareId& share);  // at most once

    void publish(const BusMessage& message);
    void recheck_sessions(const UserId& user);

    std::size_t count() const { return all_.size(); }

    // Generation counter, incremented when any session or share ends. Read it before a lookup; if it changed by the time of subscribing,
    // look up again.
    std::uint64_t revocation_generation() const { return revocation_generation_; }
    void for_each(const std::function<void(Subscriber&)>& visit);  // `visit` may remove its argument

private:
    using List = std::vector<Subscriber*>;

    struct Watched {
        ShareId share;
        std::uint32_t index = 0;  // in the list of the share
    };

    static std::uint32_t& index(Subscriber& subscriber) { return subscriber.index_; }
    static std::uint32_t& index_by_user(Subscriber& subscriber) { return subscriber.index_by_user_; }
    template <class Index>
    static void insert(List& list, Subscriber& subscriber, Index index);
    template <class Index>
    static void erase(List& list, Subscriber& subscriber, Index index);
    void unwatch(Subscriber& subscriber);
    template <class Visit>
    static void visit(const List& list, Visit visit);
    void deliver(const EventDelivery& delivery);
    void tidy();

    Bus& bus_;
    List all_;
    std::unordered_map<UserId, List> by_user_;
    std::unordered_map<ShareId, List> by_share_;
    std::unordered_map<Subscriber*, Watched> watchers_;  // not in Subscriber: few connections watch a share
    std::vector<UserId> empty_users_;                    // lists to erase once no iteration is active
    std::vector<ShareId> empty_shares_;
    bool visiting_ = false;
    std::size_t deflating_ = 0;
    std::uint64_t delivery_ = 0;
    std::uint64_t revocation_generation_ = 0;
};

}  // namespace ks::edge
