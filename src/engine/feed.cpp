#include "engine/feed.h"

#include <limits>

namespace ks {

namespace {

constexpr std::int64_t every_position = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t max_arrived = 32;  // upper bound of files committed together
constexpr std::size_t id_length = 36;

}  // namespace

void Feed::start() {
    reading_ = true;
    actions_.open(since_);
}

void Feed::on_opened(Opening opening) {
    reading_ = false;
    phase_ = Phase::Replaying;
    complete_ = opening.complete;
    head_ = std::max(head_, opening.head.position);
    // Events committed since start() are live, even if the journal already contains them.
    bool overtaken = first_live_ > 0 && first_live_ <= opening.head.position;
    target_ = overtaken ? StreamPlace{first_live_ - 1} : opening.head;
    bool replays = since_.kind != Since::Kind::Now && complete_;
    place_ = replays ? opening.from : target_;
    send(opening.entries);
    advance();
}

void Feed::on_page(JournalPage page) {
    reading_ = false;
    head_ = std::max(head_, page.head);
    if (paused_) return;
    std::int64_t first = page.entries.empty() ? page.head + 1 : page.entries.front().place.position;
    if (first > place_.position + 1) {
        skip_hole(first);
    } else {
        send(page.entries);
    }
    advance();
}

// The next events have expired from the journal.
void Feed::skip_hole(std::int64_t first) {
    if (phase_ == Phase::Live) {
        actions_.lose();
    } else if (since_.kind == Since::Kind::Start && first <= target_.position) {
        place_ = {first - 1};
    } else {
        complete_ = complete_ && since_.kind == Since::Kind::Start;
        place_ = target_;
    }
}

void Feed::send(const std::vector<JournalEntry>& entries) {
    if (paused_ || entries.empty()) return;
    for (const JournalEntry& entry : entries) {
        resume_if_due();
        if (phase_ == Phase::Live) release_held(entry.place.position);
        replayed_ += phase_ == Phase::Replaying;
        place_ = entry.place;
        note_arrival(entry);
        actions_.send(entry);
    }
    full_ = true;
    actions_.await_sent();
}

void Feed::resume_if_due() {
    if (phase_ != Phase::Replaying || place_.position < target_.position) return;
    if (place_.mark == 0 && place_.position == target_.position) place_ = target_;
    phase_ = Phase::Live;
    actions_.send_resumed(replayed_, complete_, place_);
}

void Feed::advance() {
    if (phase_ == Phase::Opening || paused_ || reading_) return;
    resume_if_due();
    if (place_.position == head_) return release_held(every_position);
    if (full_) return;
    reading_ = true;
    actions_.read(place_.position);
}

bool Feed::on_committed(StreamPlace place) {
    bool next = up_to_date() && place.position == place_.position + 1;
    head_ = std::max(head_, place.position);
    if (place.position >= place_.position) arrived_.clear();
    if (first_live_ == 0) first_live_ = place.position;
    if (next) {
        place_ = place;
    } else {
        advance();
    }
    return next;
}

// Remembers files with FileUploaded sent: their late UploadProgress must not follow it.
void Feed::note_arrival(const JournalEntry& entry) {
    constexpr std::string_view arrival = R"({"type":"FileUploaded","data":{"file_id":")";
    if (!std::string_view(entry.message).starts_with(arrival)) return;
    auto id = FileId::parse(std::string_view(entry.message).substr(arrival.size(), id_length));
    if (!id) return;
    if (arrived_.size() == max_arrived) arrived_.erase(arrived_.begin());
    arrived_.push_back(*id);
}

bool Feed::on_passing(const Delivery& delivery) {
    if (!arrived_.empty() && delivery.type == wire::UploadProgress::type) {
        auto file = FileId::parse(delivery.merge_key);
        if (file && std::find(arrived_.begin(), arrived_.end(), *file) != arrived_.end()) return false;
    }
    if (up_to_date()) return true;
    hold(delivery);
    return false;
}

void Feed::hold(const Delivery& delivery) {
    if (!held_) held_ = std::make_unique<MergeQueue<Held>>();
    held_bytes_ += delivery.message.size();
    if (Held* held = held_->find(delivery.merge_key)) {
        held_bytes_ -= held->delivery.message.size();
        held->delivery = delivery;
    } else if (held_bytes_ > max_held_bytes_) {
        actions_.overflow();
    } else {
        held_->push({head_, delivery}, delivery.merge_key);
    }
}

// Sends the held events that arrived while the known head was before `before`.
void Feed::release_held(std::int64_t before) {
    while (held_ && !held_->empty() && held_->front().after < before) {
        Held held = std::move(held_->front());
        held_->pop_front();
        held_bytes_ -= held.delivery.message.size();
        actions_.send_passing(held.delivery, place_);
    }
    if (held_ && held_->empty()) held_.reset();
}

void Feed::on_sent() {
    full_ = false;
    advance();
}

void Feed::pause() { paused_ = true; }

void Feed::go_on() {
    paused_ = false;
    advance();
}

}  // namespace ks
