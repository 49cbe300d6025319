#pragma once

#include "cli/outcome.h"
#include "cli/progress.h"

namespace ks::cli {

// Trying again while the server is away: after half a second, then ever longer, up to half a minute, as chance has it. It gives up when
// nothing has gone forward for `most`.
class Patience {
public:
    explicit Patience(std::chrono::seconds most = std::chrono::minutes(10)) : most_(most) {}

    void progressed();

    // Waits; false, at once, where waiting doesn't help.
    bool wait(const Trouble& trouble, ProgressBar& bar);

private:
    using Clock = std::chrono::steady_clock;
    std::chrono::seconds most_;
    Clock::time_point last_progress_ = Clock::now();
    int tries_ = 0;
};

}  // namespace ks::cli
