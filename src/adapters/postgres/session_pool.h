#pragma once

#include "adapters/postgres/session.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace ks::postgres {

// Threads with a session each, and the bounded queue of their jobs. Thread-safe.
class SessionPool {
public:
    using Job = std::function<void(Session&)>;

    // Starts `size` threads. `limit`: maximum number of queued jobs.
    SessionPool(unsigned size, std::size_t limit, const std::string& url, sql::JournalLimits journal);
    ~SessionPool() { stop(); }

    // Queues the job. Returns false if the queue is full or stopped; `job` is unchanged then.
    bool push(Job& job);

    void stop();  // rejects new jobs and completes the queued ones; idempotent

private:
    void run(Session session);

    const std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Job> jobs_;
    bool stopped_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace ks::postgres
