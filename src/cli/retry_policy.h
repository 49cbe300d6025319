#pragma once

#include "cli/command_error.h"
#include "cli/progress.h"

namespace ks::cli {

// Retry policy: exponential backoff with jitter, 0.5 s to 30 s. Gives up after `most` without progress.
class RetryPolicy {
public:
    explicit RetryPolicy(std::chrono::seconds most = std::chrono::minutes(10)) : most_(most) {}

    void progressed();  // Resets the backoff and the give-up timer.

    // Sleeps before the next attempt and shows a countdown. Honours Retry-After up to 2 min. Returns false at once if the error is not
    // transient or the time is up.
    bool wait(const CommandError& trouble, ProgressBar& bar);

private:
    using Clock = std::chrono::steady_clock;
    std::chrono::seconds most_;
    Clock::time_point last_progress_ = Clock::now();
    int tries_ = 0;
};

}  // namespace ks::cli
