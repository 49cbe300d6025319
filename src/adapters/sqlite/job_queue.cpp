#include "adapters/sqlite/job_queue.h"

namespace ks {

bool JobQueue::push(Job& job) {
    {
        std::lock_guard lock(mutex_);
        if (stopped_ || jobs_.size() >= limit_) return false;
        jobs_.push_back(std::move(job));
    }
    ready_.notify_one();
    return true;
}

std::vector<Job> JobQueue::take(std::size_t most) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
    std::vector<Job> taken;
    while (!jobs_.empty() && taken.size() < most) {
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

}  // namespace ks
