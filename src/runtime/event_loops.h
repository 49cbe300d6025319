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

// Event loops with one thread each. State of a loop must be accessed only on its thread; other threads post to it.
class EventLoops {
public:
    explicit EventLoops(unsigned count);
    ~EventLoops();

    unsigned count() const { return static_cast<unsigned>(loops_.size()); }
    asio::io_context& loop(unsigned index) { return *loops_[index]; }
    TimerWheel& wheel(unsigned index) { return *wheels_[index]; }

    void start();  // starts the threads
    void stop();   // stops the loops and joins the threads; ~EventLoops destroys pending handlers

private:
    std::vector<std::unique_ptr<asio::io_context>> loops_;
    std::vector<std::unique_ptr<TimerWheel>> wheels_;
    std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards_;
    std::vector<std::thread> threads_;
};

// Starts a detached coroutine. An exception that escapes it is logged under `name` and has no other effect.
void spawn(asio::any_io_executor executor, awaitable<void> task, const char* name);

// Runs `work` on that loop, then resumes the coroutine on its own executor with the result.
template <class Work, class Outcome = std::invoke_result_t<Work>>
awaitable<Outcome> run_on(asio::io_context& loop, Work work) {
    auto start = [&loop, work = std::move(work)](std::function<void(Outcome)> resume) {
        auto there = [work, resume = std::move(resume)]() mutable { resume(work()); };
        asio::dispatch(loop, std::move(there));
    };
    return suspend<Outcome>(std::move(start));
}

}  // namespace ks
