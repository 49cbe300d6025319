#pragma once

#include "cli/outcome.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace ks::cli {

// Colours where `file` (standard output or error) is a terminal that wants them (NO_COLOR, TERM=dumb).
bool wants_colour(int file);
std::string bold(int file, const std::string& text);
std::string dim(int file, const std::string& text);
std::string red(int file, const std::string& text);
std::string green(int file, const std::string& text);
std::string yellow(int file, const std::string& text);

// A question to the person at the terminal, whatever standard input is. Exit::Usage with `instead` where there is nobody to ask.
Outcome<std::string> ask(const std::string& question, const std::string& instead);
Outcome<std::string> ask_secret(const std::string& question, const std::string& instead);  // what is typed isn't shown

// The first line of a file; "-" is standard input.
Outcome<std::string> secret_from(const std::string& path);

void note(const std::string& text);  // a line on standard error, for people
void print(const std::string& line);
void print_table(const std::vector<std::vector<std::string>>& rows);  // the first one names the columns

// One line on standard error that changes in place; nothing where that is no terminal.
class ProgressBar {
public:
    explicit ProgressBar(std::string name);
    ~ProgressBar() { clear(); }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    bool is_shown() const { return on_; }
    void begin(std::uint64_t done);  // here the speed is measured from, again
    void show(std::uint64_t done, std::optional<std::uint64_t> total);
    void say(const std::string& text);  // in its place, until the next show
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
