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

// The cores: one event loop and one thread each. What lives on a core is touched by its thread alone; others post to it.
class Shards {
public:
    explicit Shards(unsigned count);
    ~Shards();

    unsigned count() const { return static_cast<unsigned>(cores_.size()); }
    asio::io_context& core(unsigned index) { return *cores_[index]; }
    TimerWheel& wheel(unsigned index) { return *wheels_[index]; }

    void start();  // the threads run
    void stop();   // the loops end, the threads are joined; what they held is destroyed by ~Shards

private:
    std::vector<std::unique_ptr<asio::io_context>> cores_;
    std::vector<std::unique_ptr<TimerWheel>> wheels_;
    std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards_;
    std::vector<std::thread> threads_;
};

// Runs a coroutine that nobody waits for. An exception that leaves it is logged under `name` and ends nothing else.
void spawn(asio::any_io_executor executor, awaitable<void> task, const char* name);

// Runs `work` on that core; the coroutine goes on where it was, with what it returned.
template <class Work, class Outcome = std::invoke_result_t<Work>>
awaitable<Outcome> ask(asio::io_context& core, Work work) {
    auto start = [&core, work = std::move(work)](std::function<void(Outcome)> resume) {
        auto there = [work, resume = std::move(resume)]() mutable { resume(work()); };
        asio::dispatch(core, std::move(there));
    };
    return suspend<Outcome>(std::move(start));
}

}  // namespace ks
