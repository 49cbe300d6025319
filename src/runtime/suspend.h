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

template <class Value>
struct ResumeSignature {
    using Type = void(Value);
};
template <>
struct ResumeSignature<void> {
    using Type = void();
};

// Resumes a suspended coroutine with a Value; without arguments if Value is void.
template <class Value>
using Resume = std::function<typename ResumeSignature<Value>::Type>;

// Suspends the calling coroutine until the Resume<Value> passed to `start` is called, which must happen once, from any thread. Resumes on
// the coroutine's executor and returns the argument.
template <class Value, class Start>
awaitable<Value> suspend(Start start) {
    auto initiate = [start = std::move(start)](auto handler) mutable {
        auto executor = asio::get_associated_executor(handler);
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        start(Resume<Value>([shared, executor](auto... value) {
            auto resume = [shared, ... value = std::move(value)]() mutable { std::move (*shared)(std::move(value)...); };
            asio::post(executor, std::move(resume));
        }));
    };
    using Signature = typename ResumeSignature<Value>::Type;
    return asio::async_initiate<const asio::use_awaitable_t<>&, Signature>(std::move(initiate), asio::use_awaitable);
}

}  // namespace ks
