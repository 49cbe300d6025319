#include "edge/slots.h"

namespace ks {

awaitable<bool> Slots::take() {
    auto start = [this](std::function<void(bool)> resume) {
        if (free_ == 0) return waiting_.push_back(std::move(resume));
        --free_;
        resume(true);
    };
    return suspend<bool>(std::move(start));
}

void Slots::give_back() {
    if (waiting_.empty()) {
        ++free_;
        return;
    }
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next(true);
}

}  // namespace ks
