#pragma once

#include "ports/meta_store.h"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace ks {

struct Job {
    MetaStore::Work work;
    MetaStore::Done done;
    bool reads = false;       // may change nothing
    bool makes_room = false;  // the ballast is for it
};

// Transactions that wait for a thread of the store; bounded.
class JobQueue {
public:
    explicit JobQueue(std::size_t limit) : limit_(limit) {}

    // Takes the job unless the queue is full or stopped; then it stays the caller's.
    bool push(Job& job);

    // Waits; up to `most` jobs in their order, none once the queue is stopped and empty.
    std::vector<Job> take(std::size_t most);

    void stop();  // what has been taken in is still handed out

private:
    const std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Job> jobs_;
    bool stopped_ = false;
};

}  // namespace ks
