#pragma once

#include "base/result.h"
#include "runtime/suspend.h"

#include <atomic>
#include <functional>
#include <memory>

namespace ks {

// Tasks running on other threads while the owner continues. wait() resumes on the owner's loop when all have finished and returns the first
// error; it does not suspend if all are done already. Destroying the group does not cancel tasks.
class TaskGroup {
public:
    using Done = std::function<void(Result<void>)>;

    // Adds a task. The returned function must be called once, from any thread, with the task's result.
    Done add() {
        ++state_->open;
        return [state = state_](Result<void> outcome) {
            if (!outcome && !state->failed.exchange(true)) state->outcome = std::move(outcome);
            if (--state->open == 0) state->resume();
        };
    }

    // Waits for all tasks added so far; must be called once. Returns the first error.
    awaitable<Result<void>> wait() {
        auto state = state_;
        if (state->open > 1) {
            auto start = [state](Resume<void> resume) {
                state->resume = std::move(resume);
                if (--state->open == 0) state->resume();
            };
            co_await suspend<void>(std::move(start));
        }
        co_return std::move(state->outcome);
    }

private:
    struct State {
        std::atomic<int> open{1};  // unfinished tasks, plus one until wait() is called
        std::atomic<bool> failed{false};
        Result<void> outcome;
        Resume<void> resume;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace ks
