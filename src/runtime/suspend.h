#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>

namespace ks {

namespace asio = boost::asio;
using asio::awaitable;

// Suspends the calling coroutine until the callback passed to `start` is called, which must happen once, from any thread. Resumes on the
// coroutine's executor and returns the callback's argument.
template <class Value, class Start>
awaitable<Value> suspend(Start start) {
    auto initiate = [start = std::move(start)](auto handler) mutable {
        auto executor = asio::get_associated_executor(handler);
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        start(std::function<void(Value)>([shared, executor](Value value) {
            auto resume = [shared, value = std::move(value)]() mutable { std::move (*shared)(std::move(value)); };
            asio::post(executor, std::move(resume));
        }));
    };
    return asio::async_initiate<const asio::use_awaitable_t<>&, void(Value)>(std::move(initiate), asio::use_awaitable);
}

}  // namespace ks
