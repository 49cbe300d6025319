#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace ks::postgres {

// Order of the results of concurrent commits. A transaction takes its ticket immediately before COMMIT, while it holds the rows of its
// streams: for every stream, the order of the tickets is the order of its positions. Thread-safe.
class CommitOrder {
public:
    using Task = std::function<void()>;

    std::uint64_t take_ticket();

    // Runs `task` when the tasks of all earlier tickets have run: on this thread, or on one that completes an earlier ticket. Every ticket
    // must be completed once.
    void complete(std::uint64_t ticket, Task task);

private:
    std::mutex mutex_;
    std::uint64_t first_ = 0;                  // ticket of the front of tasks_
    std::deque<std::optional<Task>> tasks_{};  // nullopt: not completed yet
    bool is_running_ = false;
};

// Delays tasks until the writes that were accepted before them have ended. Thread-safe.
class WriteBarrier {
public:
    using Task = std::function<void()>;

    explicit WriteBarrier(std::size_t limit) : limit_(limit) {}  // maximum number of waiting tasks

    std::uint64_t begin();          // a write is accepted
    void end(std::uint64_t write);  // runs the tasks that waited for it
    // Runs `task` once all writes begun so far have ended. Returns false if too many tasks wait.
    bool after_begun(Task task);

private:
    const std::size_t limit_;
    std::mutex mutex_;
    std::uint64_t next_ = 0;
    std::set<std::uint64_t> open_;
    std::deque<std::pair<std::uint64_t, Task>> waiting_;  // each with the first write that it does not wait for
};

}  // namespace ks::postgres
