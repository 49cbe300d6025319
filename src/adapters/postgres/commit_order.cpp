#include "adapters/postgres/commit_order.h"

#include <vector>

namespace ks::postgres {

std::uint64_t CommitOrder::take_ticket() {
    std::lock_guard lock(mutex_);
    tasks_.emplace_back();
    return first_ + tasks_.size() - 1;
}

void CommitOrder::complete(std::uint64_t ticket, Task task) {
    std::unique_lock lock(mutex_);
    tasks_[ticket - first_] = std::move(task);
    if (is_running_) return;
    is_running_ = true;
    while (!tasks_.empty() && tasks_.front()) {
        Task next = std::move(*tasks_.front());
        tasks_.pop_front();
        ++first_;
        lock.unlock();
        next();
        next = nullptr;
        lock.lock();
    }
    is_running_ = false;
}

std::uint64_t WriteBarrier::begin() {
    std::lock_guard lock(mutex_);
    open_.insert(open_.end(), next_);
    return next_++;
}

void WriteBarrier::end(std::uint64_t write) {
    std::vector<Task> ready;
    {
        std::lock_guard lock(mutex_);
        open_.erase(write);
        while (!waiting_.empty() && (open_.empty() || *open_.begin() >= waiting_.front().first)) {
            ready.push_back(std::move(waiting_.front().second));
            waiting_.pop_front();
        }
    }
    for (Task& task : ready) task();
}

bool WriteBarrier::after_begun(Task task) {
    {
        std::lock_guard lock(mutex_);
        if (waiting_.size() >= limit_) return false;
        if (!open_.empty()) {
            waiting_.emplace_back(next_, std::move(task));
            return true;
        }
    }
    task();
    return true;
}

}  // namespace ks::postgres
