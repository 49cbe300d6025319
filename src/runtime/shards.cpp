#include "runtime/shards.h"

#include "base/log.h"

#include <boost/asio/co_spawn.hpp>

namespace ks {

Shards::Shards(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
        cores_.push_back(std::make_unique<asio::io_context>(1));
        wheels_.push_back(std::make_unique<TimerWheel>(*cores_.back()));
        guards_.push_back(asio::make_work_guard(*cores_.back()));
    }
}

Shards::~Shards() { stop(); }

void Shards::start() {
    for (auto& core : cores_) threads_.emplace_back([&core] { core->run(); });
}

void Shards::stop() {
    for (auto& core : cores_) core->stop();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
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
