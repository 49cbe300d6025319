#include "cli/retry_policy.h"

#include "cli/terminal.h"
#include "cli/text.h"
#include "cli/values.h"

#include <algorithm>
#include <random>
#include <thread>

namespace ks::cli {

void RetryPolicy::progressed() {
    tries_ = 0;
    last_progress_ = Clock::now();
}

bool RetryPolicy::wait(const CommandError& trouble, ProgressBar& bar) {
    if (!trouble.transient || Clock::now() - last_progress_ > most_) return false;
    static std::mt19937 chance{std::random_device{}()};
    double longest = std::min(30.0, 0.5 * static_cast<double>(1 << std::min(tries_++, 10)));
    std::chrono::duration<double> pause(longest * std::uniform_real_distribution(0.5, 1.0)(chance));
    if (trouble.retry_after) pause = std::clamp<std::chrono::duration<double>>(*trouble.retry_after, pause, std::chrono::minutes(2));
    if (tries_ == 1 && !bar.is_shown()) note(trouble.message + "; retrying");
    auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(pause);
    for (auto now = Clock::now(); now < until; now = Clock::now()) {
        bar.say(trouble.message + "; retrying in " + time_left_text(std::chrono::duration<double>(until - now).count()));
        std::this_thread::sleep_for(std::min<Clock::duration>(until - now, std::chrono::seconds(1)));
    }
    return true;
}

}  // namespace ks::cli
