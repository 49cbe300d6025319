#include "edge/async_semaphore.h"

#include <deque>

namespace ks::edge {

struct AsyncSemaphore::State {
    unsigned free;
    std::deque<Resume<void>> waiting{};
};

AsyncSemaphore::AsyncSemaphore(unsigned permits) : state_(std::make_shared<State>(State{permits})) {}

// Waiting coroutines hold the state, so they have to be destroyed here.
AsyncSemaphore::~AsyncSemaphore() { auto abandoned = std::exchange(state_->waiting, {}); }

awaitable<AsyncSemaphore::Permit> AsyncSemaphore::acquire() {
    auto state = state_;
    auto start = [state](Resume<void> resume) {
        if (state->free == 0) return state->waiting.push_back(std::move(resume));
        --state->free;
        resume();
    };
    co_await suspend<void>(std::move(start));
    co_return Permit(std::move(state));
}

AsyncSemaphore::Permit::~Permit() {
    if (!state_) return;
    if (state_->waiting.empty()) {
        ++state_->free;
        return;
    }
    auto next = std::move(state_->waiting.front());
    state_->waiting.pop_front();
    next();
}

}  // namespace ks::edge
