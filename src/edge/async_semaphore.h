#pragma once

#include "runtime/suspend.h"

#include <deque>

namespace ks {

// Asynchronous counting semaphore with FIFO order. Not thread-safe: one loop only.
class AsyncSemaphore {
public:
    explicit AsyncSemaphore(unsigned at_a_time) : free_(at_a_time) {}

    awaitable<bool> acquire();  // each acquire() must be paired with a release()
    void release();

private:
    unsigned free_;
    std::deque<std::function<void(bool)>> waiting_;
};

}  // namespace ks
