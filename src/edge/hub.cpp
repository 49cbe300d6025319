#include "edge/hub.h"

#include "base/result.h"

#include <algorithm>

namespace ks::edge {

namespace {

constexpr std::size_t ahead = 8;  // Prefetch distance. With thousands of connections every access is a cache miss.

}  // namespace

const net::Frame& DeliveryFrames::frame() {
    if (!frame_.plain) frame_ = net::make_frame(delivery.message, deflate_);
    return frame_;
}

const net::Frame* DeliveryFrames::frame_without_since() {
    if (!delivery.message_without_since) return &frame();
    if (delivery.message_without_since->empty()) return nullptr;
    if (!frame_without_since_.plain) frame_without_since_ = net::make_frame(*delivery.message_without_since, deflate_);
    return &frame_without_since_;
}

const FrameWithCursor& DeliveryFrames::frame_with_cursor(const engine::Stream& stream, StreamPosition position) {
    std::pair key(stream.user(), position.index);
    if (cached_for_ == key) return cached_;
    cached_for_ = key;
    cached_.cursor = stream.cursor(position);
    cached_.text = engine::with_cursor(delivery.message, cached_.cursor, delivery.at);
    cached_.frame = net::make_frame(cached_.text, deflate_);
    return cached_;
}

template <class Index>
void Hub::insert(List& list, Subscriber& subscriber, Index index) {
    index(subscriber) = static_cast<std::uint32_t>(list.size());
    list.push_back(&subscriber);
}

template <class Index>
void Hub::erase(List& list, Subscriber& subscriber, Index index) {
    std::uint32_t at = index(subscriber);
    KS_ASSERT(list[at] == &subscriber);
    list[at] = list.back();
    index(*list[at]) = at;
    list.pop_back();
}

// Iterates backwards: a subscriber that removes itself only moves entries that were already visited.
template <class Visit>
void Hub::visit(const List& list, Visit visit) {
    for (std::size_t i = list.size(); i > 0; --i) {
        if (i > ahead) __builtin_prefetch(list[i - 1 - ahead]);
        visit(*list[i - 1]);
    }
}

void Hub::add(Subscriber& subscriber) {
    insert(all_, subscriber, &index);
    deflating_ += subscriber.takes_deflated();
}

void Hub::remove(Subscriber& subscriber) {
    erase(all_, subscriber, &index);
    deflating_ -= subscriber.takes_deflated();
    if (subscriber.signed_in()) {
        List& list = by_user_[subscriber.user()];
        erase(list, subscriber, &index_by_user);
        if (list.empty()) empty_users_.push_back(subscriber.user());
    }
    if (!watchers_.empty()) unwatch(subscriber);
    tidy();
}

void Hub::sign_in(Subscriber& subscriber) {
    KS_ASSERT(!subscriber.signed_in());
    insert(by_user_[subscriber.user()], subscriber, &index_by_user);
}

void Hub::watch(Subscriber& subscriber, const ShareId& share) {
    bool is_new = watchers_.try_emplace(&subscriber, Watched{share}).second;
    KS_ASSERT(is_new);
    List& list = by_share_[share];
    if (list.empty()) bus_.watch(share, [] {});
    insert(list, subscriber, [this](Subscriber& watcher) -> std::uint32_t& { return watchers_.at(&watcher).index; });
}

void Hub::unwatch(Subscriber& subscriber) {
    auto watcher = watchers_.find(&subscriber);
    if (watcher == watchers_.end()) return;
    const ShareId share = watcher->second.share;
    List& list = by_share_[share];
    erase(list, subscriber, [this](Subscriber& other) -> std::uint32_t& { return watchers_.at(&other).index; });
    watchers_.erase(watcher);
    if (!list.empty()) return;
    empty_shares_.push_back(share);
    bus_.unwatch(share);
}

void Hub::for_each(const std::function<void(Subscriber&)>& each) {
    visiting_ = true;
    visit(all_, each);
    visiting_ = false;
    tidy();
}

// Erases empty lists, but not during an iteration, which may be in one of them.
void Hub::tidy() {
    if (visiting_) return;
    for (const UserId& user : empty_users_) {
        if (auto found = by_user_.find(user); found != by_user_.end() && found->second.empty()) by_user_.erase(found);
    }
    for (const ShareId& share : empty_shares_) {
        if (auto found = by_share_.find(share); found != by_share_.end() && found->second.empty()) by_share_.erase(found);
    }
    empty_users_.clear();
    empty_shares_.clear();
}

void Hub::deliver(const EventDelivery& delivery) {
    ++delivery_;
    DeliveryFrames frames(delivery, deflating_ > 0);
    const Recipients& recipients = delivery.recipients;
    const auto& except = recipients.except;
    auto hand_over = [&](Subscriber& subscriber) {
        if (std::exchange(subscriber.last_delivery_, delivery_) == delivery_) return;
        bool is_excepted = !except.empty() && std::find(except.begin(), except.end(), subscriber.user()) != except.end();
        if (!is_excepted) subscriber.on_delivery(frames);
    };
    for (const UserId& user : recipients.users) {
        if (auto found = by_user_.find(user); found != by_user_.end()) visit(found->second, hand_over);
    }
    for (const ShareId& share : recipients.shares) {
        if (auto found = by_share_.find(share); found != by_share_.end()) visit(found->second, hand_over);
    }
    if (recipients.everyone) visit(all_, hand_over);
    if (recipients.others) {
        auto to_others = [&](Subscriber& subscriber) {
            if (subscriber.signed_in() && subscriber.user() != recipients.others) hand_over(subscriber);
        };
        visit(all_, to_others);
    }
}

void Hub::publish(const BusMessage& message) {
    visiting_ = true;
    if (const auto* delivery = std::get_if<EventDelivery>(&message)) {
        revocation_generation_ += !delivery->recipients.shares.empty();
        deliver(*delivery);
    } else if (const auto* revocation = std::get_if<Revocation>(&message)) {
        ++revocation_generation_;
        auto end = [&](Subscriber& subscriber) { subscriber.on_revocation(*revocation); };
        if (auto found = by_user_.find(revocation->user_id); found != by_user_.end()) visit(found->second, end);
    }
    visiting_ = false;
    tidy();
}

void Hub::recheck_sessions(const UserId& user) {
    ++revocation_generation_;
    if (auto found = by_user_.find(user); found != by_user_.end()) visit(found->second, [](Subscriber& each) { each.recheck_session(); });
}

}  // namespace ks::edge
