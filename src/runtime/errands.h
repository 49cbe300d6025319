#pragma once

#include "base/result.h"
#include "runtime/suspend.h"

#include <atomic>
#include <functional>
#include <memory>

namespace ks {

// What other threads do while the coroutine that wants it goes on; it waits for all of it later, on its core. Let go unwaited, they run on
// alone. Nobody is woken for what is done by then.
class Errands {
public:
    using Done = std::function<void(Result<void>)>;

    // One more. What is returned is called once, from any thread, with how it ended.
    Done expect() {
        ++state_->open;
        return [state = state_](Result<void> outcome) {
            if (!outcome && !state->failed.exchange(true)) state->outcome = std::move(outcome);
            if (--state->open == 0) state->resume(true);
        };
    }

    // Once, for all that were expected: the first failure.
    awaitable<Result<void>> wait() {
        auto state = state_;
        if (state->open > 1) {
            auto start = [state](std::function<void(bool)> resume) {
                state->resume = std::move(resume);
                if (--state->open == 0) state->resume(true);
            };
            co_await suspend<bool>(std::move(start));
        }
        co_return std::move(state->outcome);
    }

private:
    struct State {
        std::atomic<int> open{1};  // errands, and the one who has not come to wait for them yet
        std::atomic<bool> failed{false};
        Result<void> outcome;
        std::function<void(bool)> resume;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace ks
