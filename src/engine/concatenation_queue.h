#pragma once

#include "base/id.h"
#include "runtime/suspend.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <deque>
#include <functional>
#include <unordered_map>

namespace ks::engine {

// Serializes the concatenations of each user, because each needs disk space for the parts and the result at once. Thread-safe; the table
// is confined to `loop`.
class ConcatenationQueue {
public:
    explicit ConcatenationQueue(asio::io_context& loop) : loop_(loop) {}

    // Waits until no other concatenation of the user runs. Must be paired with leave(); FIFO.
    awaitable<void> enter(UserId user) {
        auto start = [this, user](Resume<void> resume) {
            auto queue = [this, user, resume = std::move(resume)] {
                auto [entry, is_first] = waiting_.try_emplace(user);
                if (is_first) {
                    resume();
                } else {
                    entry->second.push_back(resume);
                }
            };
            asio::post(loop_, std::move(queue));
        };
        return suspend<void>(std::move(start));
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
            resume();
        };
        asio::post(loop_, std::move(wake_next));
    }

    // Calls leave() on destruction.
    class Guard {
    public:
        Guard(ConcatenationQueue& queue, UserId user) : queue_(queue), user_(user) {}
        ~Guard() { queue_.leave(user_); }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        ConcatenationQueue& queue_;
        const UserId user_;
    };

private:
    asio::io_context& loop_;
    std::unordered_map<UserId, std::deque<Resume<void>>> waiting_;  // an entry exists while one runs
};

}  // namespace ks::engine
