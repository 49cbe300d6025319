#include "edge/hub.h"

#include "base/result.h"

namespace ks {

namespace {

constexpr std::size_t ahead = 8;  // Prefetch distance. With thousands of connections every access is a cache miss.

}  // namespace

const net::Frame& Handover::frame() {
    if (!frame_.plain) frame_ = net::make_frame(delivery.message, deflate_);
    return frame_;
}

const net::Frame* Handover::frame_without_since() {
    if (!delivery.message_without_since) return &frame();
    if (delivery.message_without_since->empty()) return nullptr;
    if (!frame_without_since_.plain) frame_without_since_ = net::make_frame(*delivery.message_without_since, deflate_);
    return &frame_without_since_;
}

const Marked& Handover::marked(const Stream& stream, StreamPlace place) {
    std::pair whose(stream.user(), place.position);
    if (marked_for_ == whose) return marked_;
    marked_for_ = whose;
    marked_.cursor = stream.cursor(place);
    marked_.text = with_cursor(delivery.message, marked_.cursor, delivery.at);
    marked_.frame = net::make_frame(marked_.text, deflate_);
    return marked_;
}

void Hub::insert(List& list, Subscriber& subscriber, Place place) {
    place(subscriber) = static_cast<std::uint32_t>(list.size());
    list.push_back(&subscriber);
}

void Hub::erase(List& list, Subscriber& subscriber, Place place) {
    std::uint32_t at = place(subscriber);
    KS_ASSERT(list[at] == &subscriber);
    list[at] = list.back();
    place(*list[at]) = at;
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
    insert(all_, subscriber, &place);
    deflating_ += subscriber.takes_deflated();
}

void Hub::remove(Subscriber& subscriber) {
    erase(all_, subscriber, &place);
    deflating_ -= subscriber.takes_deflated();
    if (subscriber.signed_in()) {
        List& list = by_user_[subscriber.user()];
        erase(list, subscriber, &place_of_user);
        if (list.empty()) empty_users_.push_back(subscriber.user());
    }
    if (subscriber.watched_) {
        List& list = by_share_[subscriber.watched_->share];
        erase(list, subscriber, &place_of_share);
        if (list.empty()) empty_shares_.push_back(subscriber.watched_->share);
    }
    tidy();
}

void Hub::sign_in(Subscriber& subscriber) {
    KS_ASSERT(!subscriber.signed_in());
    insert(by_user_[subscriber.user()], subscriber, &place_of_user);
}

void Hub::watch(Subscriber& subscriber, const ShareId& share) {
    KS_ASSERT(!subscriber.watched_);
    subscriber.watched_ = std::make_unique<Subscriber::Watched>(Subscriber::Watched{share});
    insert(by_share_[share], subscriber, &place_of_share);
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

void Hub::deliver(const Delivery& delivery) {
    ++delivery_;
    Handover handover(delivery, deflating_ > 0);
    auto hand_over = [&](Subscriber& subscriber) {
        if (std::exchange(subscriber.last_delivery_, delivery_) == delivery_) return;
        subscriber.on_delivery(handover);
    };
    const Audience& audience = delivery.audience;
    for (const UserId& user : audience.users) {
        if (auto found = by_user_.find(user); found != by_user_.end()) visit(found->second, hand_over);
    }
    for (const ShareId& share : audience.shares) {
        if (auto found = by_share_.find(share); found != by_share_.end()) visit(found->second, hand_over);
    }
    if (audience.everyone) visit(all_, hand_over);
    if (audience.others) {
        auto to_others = [&](Subscriber& subscriber) {
            if (subscriber.signed_in() && subscriber.user() != audience.others) hand_over(subscriber);
        };
        visit(all_, to_others);
    }
}

void Hub::announce(const Announcement& announcement) {
    visiting_ = true;
    if (const auto* delivery = std::get_if<Delivery>(&announcement)) {
        endings_ += !delivery->audience.shares.empty();
        deliver(*delivery);
    } else if (const auto* revocation = std::get_if<Revocation>(&announcement)) {
        ++endings_;
        auto end = [&](Subscriber& subscriber) { subscriber.on_revocation(*revocation); };
        if (auto found = by_user_.find(revocation->user_id); found != by_user_.end()) visit(found->second, end);
    }
    visiting_ = false;
    tidy();
}

}  // namespace ks
