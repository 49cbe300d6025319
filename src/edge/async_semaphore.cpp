#include "edge/async_semaphore.h"

namespace ks {

awaitable<bool> AsyncSemaphore::acquire() {
    auto start = [this](std::function<void(bool)> resume) {
        if (free_ == 0) return waiting_.push_back(std::move(resume));
        --free_;
        resume(true);
    };
    return suspend<bool>(std::move(start));
}

void AsyncSemaphore::release() {
    if (waiting_.empty()) {
        ++free_;
        return;
    }
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next(true);
}

}  // namespace ks
