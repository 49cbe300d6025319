#include "runtime/event_loops.h"

#include "base/log.h"

#include <boost/asio/co_spawn.hpp>

namespace ks {

EventLoops::EventLoops(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
        loops_.push_back(std::make_unique<Loop>());
        wheels_.push_back(std::make_unique<TimerWheel>(*loops_.back()));
        guards_.push_back(asio::make_work_guard(loop(i)));
    }
}

EventLoops::~EventLoops() { stop(); }

void EventLoops::start() {
    for (auto& loop : loops_) threads_.emplace_back([&loop] { loop->run(); });
}

void EventLoops::stop() {
    for (auto& loop : loops_) loop->stop();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void EventLoops::destroy_tasks() {
    // Twice: a handler of one loop may hold a coroutine of another, which was shut down before.
    for (int pass = 0; pass < 2; ++pass) {
        for (auto& loop : loops_) loop->shutdown();
    }
}

void spawn(asio::any_io_executor executor, awaitable<void> task, const char* name) {
    asio::co_spawn(executor, std::move(task), [name](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            log::error("task failed", {{"task", name}, {"reason", error.what()}});
        }
    });
}

}  // namespace ks
