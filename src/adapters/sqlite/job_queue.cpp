#include "adapters/sqlite/job_queue.h"

#include <algorithm>
#include <thread>

namespace ks::sqlite {

bool JobQueue::push(Job& job) {
    bool wakes = false;
    {
        std::lock_guard lock(mutex_);
        if (stopped_ || jobs_.size() >= limit_) return false;
        if (jobs_.empty()) batch_deadline_ = Clock::now() + max_batch_delay_;
        urgent_ += !job.can_wait;
        wakes = !job.can_wait || jobs_.empty() || jobs_.size() + 1 == batch_;
        jobs_.push_back(std::move(job));
    }
    if (wakes) ready_.notify_one();
    return true;
}

std::vector<Job> JobQueue::take(std::size_t most) {
    std::unique_lock lock(mutex_);
    batch_ = std::min(most, limit_);
    if (jobs_.empty() && most > 1) {
        ready_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
        // Let the producer run: it may share this CPU and be about to push more jobs for the same commit.
        lock.unlock();
        std::this_thread::yield();
        lock.lock();
    }
    ready_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
    ready_.wait_until(lock, batch_deadline_, [this] { return stopped_ || urgent_ > 0 || jobs_.size() >= batch_; });
    std::vector<Job> taken;
    while (!jobs_.empty() && taken.size() < most) {
        urgent_ -= !jobs_.front().can_wait;
        taken.push_back(std::move(jobs_.front()));
        jobs_.pop_front();
    }
    return taken;
}

void JobQueue::stop() {
    {
        std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    ready_.notify_all();
}

}  // namespace ks::sqlite
