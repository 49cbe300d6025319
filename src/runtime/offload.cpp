#include "runtime/offload.h"

#include <sys/resource.h>

namespace ks {

Offload::Offload(unsigned threads, std::size_t queue_limit, Priority priority) : queue_limit_(queue_limit), runs_inline_(threads == 0) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this, priority] { run(priority); });
}

Offload::~Offload() { stop(); }

void Offload::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ready_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

bool Offload::post(std::function<void()> work) {
    if (runs_inline_) {
        work();
        return true;
    }
    {
        std::lock_guard lock(mutex_);
        if (stopping_ || queue_.size() >= queue_limit_) return false;
        queue_.push_back(std::move(work));
    }
    ready_.notify_one();
    return true;
}

void Offload::run(Priority priority) {
    // On Linux, niceness belongs to the calling thread.
    if (priority == Priority::Background) ::setpriority(PRIO_PROCESS, 0, 5);
    std::unique_lock lock(mutex_);
    while (true) {
        ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        auto work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work();
        work = nullptr;
        lock.lock();
    }
}

}  // namespace ks
