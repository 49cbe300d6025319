#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace ks::cli {

// Progress line on standard error, redrawn in place. Silent if standard error is not a terminal.
class ProgressBar {
public:
    explicit ProgressBar(std::string name);
    ~ProgressBar() { clear(); }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    bool is_shown() const { return on_; }
    void begin(std::uint64_t done);  // Restarts the speed measurement. `done` in bytes.
    void show(std::uint64_t done, std::optional<std::uint64_t> total);
    void say(const std::string& text);  // Shows text instead of the bar, until the next show().
    void clear();

private:
    using Clock = std::chrono::steady_clock;
    double speed(Clock::time_point now, std::uint64_t done);

    std::string name_;
    bool on_;
    bool drawn_ = false;
    Clock::time_point last_drawn_{};
    Clock::time_point measured_at_{};
    std::uint64_t measured_ = 0;
    double speed_ = 0;
};

}  // namespace ks::cli
