#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace ks {

// FIFO queue with coalescing: find() returns the value queued under a key, for replacement in place. All operations take constant time.
template <class Value>
class CoalescingQueue {
public:
    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    const Value& operator[](std::size_t place) const { return entries_[place].value; }
    Value& front() { return entries_.front().value; }

    // An empty key is never found.
    void push(Value value, std::string_view key = {}) {
        auto number = popped_ + entries_.size();
        const std::string* kept = key.empty() ? nullptr : &newest_.insert_or_assign(std::string(key), number).first->first;
        entries_.push_back({std::move(value), kept});
    }

    // Returns the newest value queued under the key at index `from` or later; null if there is none.
    Value* find(std::string_view key, std::size_t from = 0) {
        if (key.empty() || newest_.empty()) return nullptr;
        auto found = newest_.find(std::string(key));
        return found != newest_.end() && found->second - popped_ >= from ? &entries_[found->second - popped_].value : nullptr;
    }

    void pop_front() {
        if (const std::string* key = entries_.front().key) {
            auto found = newest_.find(*key);
            if (found->second == popped_) newest_.erase(found);
        }
        entries_.pop_front();
        ++popped_;
    }

private:
    struct Entry {
        Value value;
        const std::string* key;  // in newest_; valid as long as this or a later entry of the key is queued
    };

    std::deque<Entry> entries_;
    std::unordered_map<std::string, std::uint64_t> newest_;  // sequence numbers of all values ever pushed
    std::uint64_t popped_ = 0;
};

}  // namespace ks
