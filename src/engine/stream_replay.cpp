#include "engine/stream_replay.h"

#include <algorithm>
#include <limits>

namespace ks::engine {

namespace {

constexpr std::int64_t every_position = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t max_arrived = 32;  // upper bound of files committed together

}  // namespace

void StreamReplay::start() {
    reading_ = true;
    actions_.open(since_);
}

void StreamReplay::on_opened(Opening opening) {
    reading_ = false;
    phase_ = Phase::Replaying;
    complete_ = opening.complete;
    head_ = std::max(head_, opening.head.index);
    // Events committed since start() are live, even if the journal already contains them.
    bool overtaken = first_live_ > 0 && first_live_ <= opening.head.index;
    target_ = overtaken ? StreamPosition{first_live_ - 1} : opening.head;
    bool replays = since_.kind != Since::Kind::Now && complete_;
    position_ = replays ? opening.from : target_;
    send(opening.entries);
    advance();
}

void StreamReplay::on_page(JournalPage page) {
    reading_ = false;
    head_ = std::max(head_, page.head);
    if (paused_) return;
    std::int64_t first = page.entries.empty() ? page.head + 1 : page.entries.front().position.index;
    if (first > position_.index + 1) {
        skip_hole(first);
    } else {
        send(page.entries);
    }
    advance();
}

// The next events have expired from the journal.
void StreamReplay::skip_hole(std::int64_t first) {
    if (phase_ == Phase::Live) {
        actions_.on_gap();
    } else if (since_.kind == Since::Kind::Start && first <= target_.index) {
        position_ = {first - 1};
    } else {
        complete_ = complete_ && since_.kind == Since::Kind::Start;
        position_ = target_;
    }
}

void StreamReplay::send(const std::vector<JournalEntry>& entries) {
    if (paused_ || entries.empty()) return;
    for (const JournalEntry& entry : entries) {
        resume_if_due();
        if (phase_ == Phase::Live) release_held(entry.position.index);
        replayed_ += phase_ == Phase::Replaying;
        position_ = entry.position;
        note_arrival(entry);
        actions_.send(entry);
    }
    full_ = true;
    actions_.await_sent();
}

void StreamReplay::resume_if_due() {
    if (phase_ != Phase::Replaying || position_.index < target_.index) return;
    if (position_.fingerprint == 0 && position_.index == target_.index) position_ = target_;
    phase_ = Phase::Live;
    actions_.send_resumed(replayed_, complete_, position_);
}

void StreamReplay::advance() {
    if (phase_ == Phase::Opening || paused_ || reading_) return;
    resume_if_due();
    if (position_.index == head_) return release_held(every_position);
    if (full_) return;
    reading_ = true;
    actions_.read(position_.index);
}

bool StreamReplay::on_committed(StreamPosition position) {
    bool next = up_to_date() && position.index == position_.index + 1;
    head_ = std::max(head_, position.index);
    if (position.index >= position_.index) arrived_.clear();
    if (first_live_ == 0) first_live_ = position.index;
    if (next) {
        position_ = position;
    } else {
        advance();
    }
    return next;
}

// Remembers files with FileUploaded sent: their late UploadProgress must not follow it.
void StreamReplay::note_arrival(const JournalEntry& entry) {
    if (entry.type != wire::FileUploaded::type || !entry.subject) return;
    if (arrived_.size() == max_arrived) arrived_.erase(arrived_.begin());
    arrived_.push_back(*entry.subject);
}

bool StreamReplay::on_transient(const EventDelivery& delivery) {
    if (!arrived_.empty() && delivery.type == wire::UploadProgress::type) {
        bool has_arrived = delivery.subject && std::find(arrived_.begin(), arrived_.end(), *delivery.subject) != arrived_.end();
        if (has_arrived) return false;
    }
    if (up_to_date()) return true;
    hold(delivery);
    return false;
}

void StreamReplay::hold(const EventDelivery& delivery) {
    if (!held_) held_ = std::make_unique<CoalescingQueue<Held>>();
    held_bytes_ += delivery.message.size();
    if (Held* held = held_->find(delivery.coalescing_key)) {
        held_bytes_ -= held->delivery.message.size();
        held->delivery = delivery;
    } else if (held_bytes_ > max_held_bytes_) {
        actions_.overflow();
    } else {
        held_->push({head_, delivery}, delivery.coalescing_key);
    }
}

// Sends the held events that arrived while the known head was before `before`.
void StreamReplay::release_held(std::int64_t before) {
    while (held_ && !held_->empty() && held_->front().after < before) {
        Held held = std::move(held_->front());
        held_->pop_front();
        held_bytes_ -= held.delivery.message.size();
        actions_.send_transient(held.delivery, position_);
    }
    if (held_ && held_->empty()) held_.reset();
}

void StreamReplay::on_sent() {
    full_ = false;
    advance();
}

void StreamReplay::pause() { paused_ = true; }

void StreamReplay::resume() {
    paused_ = false;
    advance();
}

}  // namespace ks::engine
