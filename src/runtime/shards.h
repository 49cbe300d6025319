#pragma once

#include "runtime/suspend.h"
#include "runtime/timer_wheel.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <thread>
#include <vector>

namespace ks {

// Event loops ("cores") with one thread each. State of a core must be accessed only on its thread; other threads post to it.
class Shards {
public:
    explicit Shards(unsigned count);
    ~Shards();

    unsigned count() const { return static_cast<unsigned>(cores_.size()); }
    asio::io_context& core(unsigned index) { return *cores_[index]; }
    TimerWheel& wheel(unsigned index) { return *wheels_[index]; }

    void start();  // starts the threads
    void stop();   // stops the loops and joins the threads; ~Shards destroys pending handlers

private:
    std::vector<std::unique_ptr<asio::io_context>> cores_;
    std::vector<std::unique_ptr<TimerWheel>> wheels_;
    std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards_;
    std::vector<std::thread> threads_;
};

// Starts a detached coroutine. An exception that escapes it is logged under `name` and has no other effect.
void spawn(asio::any_io_executor executor, awaitable<void> task, const char* name);

// Runs `work` on that core, then resumes the coroutine on its own executor with the result.
template <class Work, class Outcome = std::invoke_result_t<Work>>
awaitable<Outcome> ask(asio::io_context& core, Work work) {
    auto start = [&core, work = std::move(work)](std::function<void(Outcome)> resume) {
        auto there = [work, resume = std::move(resume)]() mutable { resume(work()); };
        asio::dispatch(core, std::move(there));
    };
    return suspend<Outcome>(std::move(start));
}

}  // namespace ks
