#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace ks {

// A queue in which a value can be put in the place of the one that waits under the same key. All of it in constant time.
template <class Value>
class MergeQueue {
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

    // The newest that waits under the key, from that place on; null where there is none.
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
        const std::string* key;  // in newest_; there as long as this or a later one of the key waits
    };

    std::deque<Entry> entries_;
    std::unordered_map<std::string, std::uint64_t> newest_;  // numbers in the order of all that were ever pushed
    std::uint64_t popped_ = 0;
};

}  // namespace ks
