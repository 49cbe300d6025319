#include "cli/progress.h"

#include "cli/text.h"
#include "cli/values.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ks::cli {

namespace {

std::size_t columns() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

}  // namespace

ProgressBar::ProgressBar(std::string name) : name_(printable(name)), on_(::isatty(STDERR_FILENO) != 0) {}

void ProgressBar::begin(std::uint64_t done) {
    measured_ = done;
    measured_at_ = Clock::now();
    speed_ = 0;
}

// Bytes per second, as a moving average with a time constant of 3 s.
double ProgressBar::speed(Clock::time_point now, std::uint64_t done) {
    double passed = std::chrono::duration<double>(now - measured_at_).count();
    if (passed < 0.2 || done < measured_) return speed_;
    double current = static_cast<double>(done - measured_) / passed;
    double weight = speed_ == 0 ? 1 : 1 - std::exp(-passed / 3);
    speed_ += (current - speed_) * weight;
    measured_ = done;
    measured_at_ = now;
    return speed_;
}

void ProgressBar::show(std::uint64_t done, std::optional<std::uint64_t> total) {
    auto now = Clock::now();
    if (!on_ || (drawn_ && now - last_drawn_ < std::chrono::milliseconds(100) && done != total)) return;
    last_drawn_ = now;
    double rate = speed(now, done);
    std::string facts = bytes_text(static_cast<double>(done));
    std::string bar;
    if (total) {
        double part = *total ? static_cast<double>(done) / static_cast<double>(*total) : 1;
        facts += " of " + bytes_text(static_cast<double>(*total));
        auto filled = static_cast<std::size_t>(part * 20);
        char percent[8];
        std::snprintf(percent, sizeof percent, "%3d %%", static_cast<int>(part * 100));
        bar = std::string(percent) + " [" + std::string(filled, '#') + std::string(20 - filled, '-') + "] ";
    }
    if (rate > 0) facts += "  " + bytes_text(rate) + "/s";
    if (rate > 0 && total && done < *total) facts += "  " + time_left_text(static_cast<double>(*total - done) / rate) + " left";
    say(bar + facts);
}

void ProgressBar::say(const std::string& said) {
    if (!on_) return;
    std::string text = printable(said);
    std::size_t room = columns() - 1;
    std::size_t for_name = std::max<std::size_t>(room - std::min(room, width_of(text) + 2), 8);
    std::string line = name_.empty() ? text : shortened(name_, for_name) + "  " + text;
    std::fprintf(stderr, "\r\033[K%s", shortened(line, room).c_str());
    drawn_ = true;
}

void ProgressBar::clear() {
    if (drawn_) std::fprintf(stderr, "\r\033[K");
    drawn_ = false;
}

}  // namespace ks::cli
