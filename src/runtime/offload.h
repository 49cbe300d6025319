#pragma once

#include "base/result.h"
#include "runtime/suspend.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ks {

// Thread pool for work that blocks or takes long: disk access, hashes. The queue is bounded. With no threads, work runs inline.
// Thread-safe.
class Offload {
public:
    // Background: the threads yield the processor to those that serve connections (nice 5).
    enum class Priority : std::uint8_t { Normal, Background };

    Offload(unsigned threads, std::size_t queue_limit, Priority priority = Priority::Normal);
    ~Offload();  // calls stop()

    bool post(std::function<void()> work);  // returns false if the queue is full or the pool has stopped
    void stop();                            // finishes the accepted work and ends the threads; idempotent

private:
    void run(Priority priority);

    const std::size_t queue_limit_;
    const bool runs_inline_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::function<void()>> queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

// Runs `work` (a function () → Result<T>) on a thread of the pool and calls `done` there with its result. If the queue is full, calls
// `done` inline with UNAVAILABLE.
template <class Work, class Outcome = std::invoke_result_t<Work>>
void offload(Offload& pool, Work work, std::function<void(Outcome)> done) {
    auto run = [work = std::move(work), done]() mutable {
        auto attempt = [&work]() -> Outcome {
            try {
                return work();
            } catch (const std::exception& error) {
                return internal_error(error.what());
            }
        };
        done(attempt());
    };
    if (!pool.post(std::move(run))) done(fail(ErrorCode::Unavailable, "The server is overloaded; try again shortly"));
}

// Same for coroutines: resumes on the coroutine's own executor.
template <class Work, class Outcome = std::invoke_result_t<Work>>
awaitable<Outcome> offload(Offload& pool, Work work) {
    auto start = [&pool, work = std::move(work)](std::function<void(Outcome)> resume) mutable {
        offload(pool, std::move(work), std::move(resume));
    };
    return suspend<Outcome>(std::move(start));
}

}  // namespace ks
