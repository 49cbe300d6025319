#include "adapters/postgres/session_pool.h"

namespace ks::postgres {

SessionPool::SessionPool(unsigned size, std::size_t limit, const std::string& url, sql::JournalLimits journal) : limit_(limit) {
    for (unsigned i = 0; i < size; ++i) threads_.emplace_back([this, url, journal] { run(Session(url, journal)); });
}

bool SessionPool::push(Job& job) {
    {
        std::lock_guard lock(mutex_);
        if (stopped_ || jobs_.size() >= limit_) return false;
        jobs_.push_back(std::move(job));
    }
    ready_.notify_one();
    return true;
}

void SessionPool::run(Session session) {
    std::unique_lock lock(mutex_);
    while (true) {
        ready_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job(session);
        job = nullptr;
        lock.lock();
    }
}

void SessionPool::stop() {
    {
        std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    ready_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

}  // namespace ks::postgres
