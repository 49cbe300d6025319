#pragma once

#include "ports/meta_store.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace ks::sqlite {

struct Job {
    MetaStore::Work work;
    MetaStore::Done done;
    bool reads = false;           // read-only; a write fails
    bool reclaims_space = false;  // may use the ballast on a full disk
    bool can_wait = false;        // may be delayed by `max_batch_delay` to share a commit
};

// Bounded queue of transactions for the store's threads. Thread-safe.
class JobQueue {
public:
    using Clock = std::chrono::steady_clock;

    // `max_batch_delay`: maximum delay of jobs that can wait.
    explicit JobQueue(std::size_t limit, Clock::duration max_batch_delay = {}) : limit_(limit), max_batch_delay_(max_batch_delay) {}

    // Enqueues the job. Returns false if the queue is full or stopped; `job` is unchanged then.
    bool push(Job& job);

    // Blocks until a job is available. If every queued job can wait, blocks on until `most` are queued or their max_batch_delay has passed.
    // Returns up to `most` jobs in FIFO order; empty once the queue is stopped and drained. Several consumers are allowed only if no job
    // can wait.
    std::vector<Job> take(std::size_t most);

    void stop();  // rejects new jobs; queued ones are still delivered

private:
    const std::size_t limit_;
    const Clock::duration max_batch_delay_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Job> jobs_;
    std::size_t urgent_ = 0;            // number of queued jobs that can't wait
    std::size_t batch_ = 0;             // batch size of the consumer
    Clock::time_point batch_deadline_;  // deadline of the oldest batch; set when a job enters the empty queue
    bool stopped_ = false;
};

}  // namespace ks::sqlite
