#include "engine/stream_tail.h"

#include <algorithm>

namespace ks::engine {

void StreamTail::on_opened(std::int64_t head) {
    is_open_ = true;
    last_ = announced_ > 0 ? std::min(head, announced_ - 1) : head;
    head_ = std::max(head_, head);
}

bool StreamTail::on_event(std::int64_t position) {
    head_ = std::max(head_, position);
    if (!is_open_) {
        announced_ = announced_ > 0 ? std::min(announced_, position) : position;
        return false;
    }
    if (position != last_ + 1) return false;
    last_ = position;
    return true;
}

void StreamTail::on_head(std::int64_t head) { head_ = std::max(head_, head); }

std::int64_t StreamTail::begin_read() {
    is_reading_ = true;
    return last_;
}

// Events that are missing in the page have expired.
std::vector<JournalEntry> StreamTail::on_page(JournalPage page) {
    is_reading_ = false;
    if (page.entries.empty()) {
        last_ = std::max(last_, page.head);
        head_ = last_;
        return {};
    }
    head_ = std::max(head_, page.head);
    auto is_past = [this](const JournalEntry& entry) { return entry.position.index <= last_; };
    std::int64_t newest = page.entries.back().position.index;
    std::erase_if(page.entries, is_past);
    last_ = std::max(last_, newest);
    return std::move(page.entries);
}

}  // namespace ks::engine
