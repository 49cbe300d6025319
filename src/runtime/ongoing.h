#pragma once

#include "runtime/shards.h"

#include <boost/asio/any_io_executor.hpp>

#include <exception>
#include <memory>
#include <optional>

namespace ks {

// An operation that was begun and is waited for later, by the coroutine that began it, on the same core. Let go unwaited, it runs on alone.
template <class Value>
class Ongoing {
public:
    Ongoing(asio::any_io_executor core, awaitable<Value> operation) : state_(std::make_shared<State>()) {
        spawn(std::move(core), run(std::move(operation), state_), "ongoing");
    }

    // Once.
    awaitable<Value> wait() {
        auto state = state_;
        if (!state->value) {
            auto start = [state](std::function<void(bool)> resume) { state->resume = std::move(resume); };
            co_await suspend<bool>(std::move(start));
        }
        co_return std::move(*state->value);
    }

private:
    struct State {
        std::optional<Value> value;
        std::function<void(bool)> resume;
    };

    static awaitable<void> run(awaitable<Value> operation, std::shared_ptr<State> state) {
        state->value = co_await std::move(operation);
        if (state->resume) state->resume(true);
    }

    std::shared_ptr<State> state_;
};

}  // namespace ks
