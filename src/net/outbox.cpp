#include "net/outbox.h"

#include "base/coalescing_queue.h"
#include "base/result.h"

#include <limits>

namespace ks::net {

struct Outbox::Queue : CoalescingQueue<SharedBytes> {};

Outbox::Outbox() = default;
Outbox::~Outbox() = default;

void Outbox::push(SharedBytes frame, std::string_view key) {
    KS_ASSERT(frame.size() > 0 && frame.size() <= std::numeric_limits<std::uint32_t>::max() - bytes_);
    bytes_ += static_cast<std::uint32_t>(frame.size());
    if (!first_ && !queue_ && key.empty()) {
        first_ = std::move(frame);
        return;
    }
    if (!queue_) queue_ = std::make_unique<Queue>();
    queue_->push(std::move(frame), key);
}

bool Outbox::merge(const SharedBytes& frame, std::string_view key) {
    if (!queue_) return false;
    SharedBytes* queued = queue_->find(key, !first_ && sent_ > 0 ? 1 : 0);
    if (!queued) return false;
    bytes_ += static_cast<std::uint32_t>(frame.size() - queued->size());
    *queued = frame;
    return true;
}

void Outbox::drop_unstarted() {
    if (sent_ == 0) {
        first_ = {};
        queue_.reset();
        bytes_ = 0;
        return;
    }
    if (!first_) first_ = std::move(queue_->front());
    queue_.reset();
    bytes_ = static_cast<std::uint32_t>(first_.size()) - sent_;
}

std::size_t Outbox::fill(std::span<iovec> parts) const {
    std::size_t count = 0;
    auto add = [&](const SharedBytes& frame) {
        auto skip = count == 0 ? sent_ : 0;
        parts[count++] = {const_cast<char*>(frame.data()) + skip, frame.size() - skip};
    };
    if (first_ && !parts.empty()) add(first_);
    for (std::size_t i = 0; queue_ && i < queue_->size() && count < parts.size(); ++i) add((*queue_)[i]);
    return count;
}

void Outbox::consume(std::size_t bytes) {
    KS_ASSERT(bytes <= bytes_);
    bytes_ -= static_cast<std::uint32_t>(bytes);
    std::size_t sent = sent_ + bytes;
    if (first_ && sent >= first_.size()) {
        sent -= first_.size();
        first_ = {};
    }
    if (!first_ && queue_) {
        while (!queue_->empty() && sent >= queue_->front().size()) {
            sent -= queue_->front().size();
            queue_->pop_front();
        }
        if (queue_->empty()) queue_.reset();
    }
    sent_ = static_cast<std::uint32_t>(sent);
}

}  // namespace ks::net
