#pragma once

#include "base/id.h"
#include "runtime/suspend.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <deque>
#include <functional>
#include <unordered_map>

namespace ks {

// Serializes the concatenations of each user, because each needs disk space for the parts and the result at once. Thread-safe; the table
// is confined to `core`.
class JoinQueue {
public:
    explicit JoinQueue(asio::io_context& core) : core_(core) {}

    // Waits until no other concatenation of the user runs. Must be paired with leave(); FIFO.
    awaitable<bool> enter(UserId user) {
        auto start = [this, user](std::function<void(bool)> resume) {
            auto queue = [this, user, resume = std::move(resume)] {
                auto [entry, is_first] = waiting_.try_emplace(user);
                if (is_first) {
                    resume(true);
                } else {
                    entry->second.push_back(resume);
                }
            };
            asio::post(core_, std::move(queue));
        };
        return suspend<bool>(std::move(start));
    }

    void leave(UserId user) {
        auto wake_next = [this, user] {
            auto entry = waiting_.find(user);
            if (entry->second.empty()) {
                waiting_.erase(entry);
                return;
            }
            auto resume = std::move(entry->second.front());
            entry->second.pop_front();
            resume(true);
        };
        asio::post(core_, std::move(wake_next));
    }

    // Calls leave() on destruction.
    class Place {
    public:
        Place(JoinQueue& queue, UserId user) : queue_(queue), user_(user) {}
        ~Place() { queue_.leave(user_); }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

    private:
        JoinQueue& queue_;
        const UserId user_;
    };

private:
    asio::io_context& core_;
    std::unordered_map<UserId, std::deque<std::function<void(bool)>>> waiting_;  // an entry exists while one runs
};

}  // namespace ks
