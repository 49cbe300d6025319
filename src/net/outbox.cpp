#include "net/outbox.h"

#include "base/result.h"

#include <vector>

namespace ks::net {

// A vector with a moving front: what has left is erased once it is more than what is left.
struct Outbox::Queue {
    struct Entry {
        Bytes frame;
        std::string key;
    };
    std::vector<Entry> entries;
    std::size_t front = 0;

    bool empty() const { return front == entries.size(); }
    void pop_front() {
        entries[front++].frame.reset();
        if (front * 2 > entries.size()) {
            entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(front));
            front = 0;
        }
    }
};

Outbox::Outbox() = default;
Outbox::~Outbox() = default;

void Outbox::push(Bytes frame, std::string_view key) {
    KS_ASSERT(frame && !frame->empty());
    bytes_ += frame->size();
    if (!first_ && !queue_ && key.empty()) {
        first_ = std::move(frame);
        return;
    }
    if (!queue_) queue_ = std::make_unique<Queue>();
    queue_->entries.push_back({std::move(frame), std::string(key)});
}

bool Outbox::merge(const Bytes& frame, std::string_view key) {
    if (!queue_ || key.empty()) return false;
    auto begun = queue_->front + (!first_ && sent_ > 0 ? 1 : 0);
    for (auto i = queue_->entries.size(); i-- > begun;) {
        auto& entry = queue_->entries[i];
        if (entry.key != key) continue;
        bytes_ = bytes_ - entry.frame->size() + frame->size();
        entry.frame = frame;
        return true;
    }
    return false;
}

void Outbox::drop_unstarted() {
    if (sent_ == 0) {
        first_.reset();
        queue_.reset();
        bytes_ = 0;
        return;
    }
    if (!first_) first_ = std::move(queue_->entries[queue_->front].frame);
    queue_.reset();
    bytes_ = first_->size() - sent_;
}

std::size_t Outbox::fill(std::span<iovec> parts) const {
    std::size_t count = 0;
    auto add = [&](const std::string& frame) {
        auto skip = count == 0 ? sent_ : 0;
        parts[count++] = {const_cast<char*>(frame.data()) + skip, frame.size() - skip};
    };
    if (first_ && !parts.empty()) add(*first_);
    if (queue_) {
        for (auto i = queue_->front; i < queue_->entries.size() && count < parts.size(); ++i) add(*queue_->entries[i].frame);
    }
    return count;
}

void Outbox::consume(std::size_t bytes) {
    KS_ASSERT(bytes <= bytes_);
    bytes_ -= bytes;
    sent_ += bytes;
    if (first_ && sent_ >= first_->size()) {
        sent_ -= first_->size();
        first_.reset();
    }
    if (first_ || !queue_) return;
    while (!queue_->empty() && sent_ >= queue_->entries[queue_->front].frame->size()) {
        sent_ -= queue_->entries[queue_->front].frame->size();
        queue_->pop_front();
    }
    if (queue_->empty()) queue_.reset();
}

}  // namespace ks::net
