#pragma once

#include "runtime/suspend.h"

#include <memory>

namespace ks::edge {

// Asynchronous counting semaphore with FIFO order. Not thread-safe: one loop only.
class AsyncSemaphore {
    struct State;

public:
    // Released on destruction. May outlive the semaphore.
    class Permit {
    public:
        Permit(Permit&&) noexcept = default;
        Permit& operator=(Permit&&) = delete;
        ~Permit();

    private:
        friend class AsyncSemaphore;
        explicit Permit(std::shared_ptr<State> state) : state_(std::move(state)) {}

        std::shared_ptr<State> state_;  // null once moved from
    };

    explicit AsyncSemaphore(unsigned permits);
    ~AsyncSemaphore();
    AsyncSemaphore(const AsyncSemaphore&) = delete;
    AsyncSemaphore& operator=(const AsyncSemaphore&) = delete;

    awaitable<Permit> acquire();

private:
    const std::shared_ptr<State> state_;
};

}  // namespace ks::edge
