#pragma once

#include "runtime/suspend.h"

#include <deque>

namespace ks {

// So many at a time, the others wait in their order. One core alone.
class Slots {
public:
    explicit Slots(unsigned at_a_time) : free_(at_a_time) {}

    awaitable<bool> take();  // whoever has taken one gives it back
    void give_back();

private:
    unsigned free_;
    std::deque<std::function<void(bool)>> waiting_;
};

}  // namespace ks
