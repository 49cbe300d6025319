#pragma once

#include "runtime/suspend.h"

#include <deque>

namespace ks {

// Asynchronous counting semaphore with FIFO order. Not thread-safe: one core only.
class Slots {
public:
    explicit Slots(unsigned at_a_time) : free_(at_a_time) {}

    awaitable<bool> take();  // each take() must be paired with a give_back()
    void give_back();

private:
    unsigned free_;
    std::deque<std::function<void(bool)>> waiting_;
};

}  // namespace ks
