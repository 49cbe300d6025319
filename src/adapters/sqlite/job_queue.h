#pragma once

#include "ports/meta_store.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace ks {

struct Job {
    MetaStore::Work work;
    MetaStore::Done done;
    bool reads = false;       // may change nothing
    bool makes_room = false;  // the ballast is for it
    bool can_wait = false;    // a moment, for others to share its commit
};

// Transactions that wait for a thread of the store; bounded.
class JobQueue {
public:
    using Clock = std::chrono::steady_clock;

    // `moment`: how long jobs wait that can.
    explicit JobQueue(std::size_t limit, Clock::duration moment = {}) : limit_(limit), moment_(moment) {}

    // Takes the job unless the queue is full or stopped; then it stays the caller's.
    bool push(Job& job);

    // Waits for a job, and where all there are can wait, on: for `most` of them, or until their moment has passed. Up to `most` jobs in
    // their order, none once the queue is stopped and empty. By several threads at once only where no job can wait.
    std::vector<Job> take(std::size_t most);

    void stop();  // what has been taken in is still handed out

private:
    const std::size_t limit_;
    const Clock::duration moment_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Job> jobs_;
    std::size_t urgent_ = 0;         // of jobs_, those that can't wait
    std::size_t batch_ = 0;          // so many are taken at once
    Clock::time_point moment_ends_;  // of the first that came when none was there
    bool stopped_ = false;
};

}  // namespace ks
