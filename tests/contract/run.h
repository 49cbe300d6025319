#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <deque>
#include <exception>
#include <mutex>
#include <optional>

namespace ks::contract {

// Returns this thread's event loop. Loops are never destroyed: the thread that resumed a coroutine may still be inside post() when run()
// returns.
inline boost::asio::io_context& loop_of_this_thread() {
    static std::mutex mutex;
    static std::deque<boost::asio::io_context> loops;
    auto add = [] {
        std::lock_guard lock(mutex);
        return &loops.emplace_back(1);
    };
    thread_local boost::asio::io_context* loop = add();
    return *loop;
}

// Runs a coroutine to completion on this thread. Returns its value or rethrows its exception.
template <class Value>
Value run(boost::asio::awaitable<Value> task) {
    std::optional<Value> outcome;
    auto finished = [&outcome](std::exception_ptr failure, Value value) {
        if (failure) std::rethrow_exception(failure);
        outcome.emplace(std::move(value));
    };
    auto& loop = loop_of_this_thread();
    boost::asio::co_spawn(loop, std::move(task), finished);
    loop.restart();
    loop.run();
    return std::move(*outcome);
}

}  // namespace ks::contract
