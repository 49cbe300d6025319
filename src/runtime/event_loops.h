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
    void stop();   // stops the loops and joins the threads

    // Destroys the pending handlers and the suspended coroutines of all loops, and with them the local variables of the coroutines.
    // Requires stop(). Must be called before anything that they refer to is destroyed, and after everything that could still resume one has
    // stopped: thread pools, the store. The destructor does the same, which is too late for whatever was constructed after the loops.
    void destroy_tasks();

private:
    struct Loop : asio::io_context {
        Loop() : asio::io_context(1) {}
        using asio::execution_context::shutdown;  // destroys pending handlers; timers and sockets of the loop may outlive it
    };
    std::vector<std::unique_ptr<Loop>> loops_;
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
