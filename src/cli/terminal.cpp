#include "cli/terminal.h"

#include "base/result.h"
#include "cli/values.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace ks::cli {

namespace {

std::string coloured(int file, const char* code, const std::string& text) {
    return wants_colour(file) ? "\033[" + std::string(code) + "m" + text + "\033[0m" : text;
}

// The terminal itself, for as long as a question takes.
class Tty {
public:
    explicit Tty(bool secret) : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
        if (file_ < 0 || ::tcgetattr(file_, &before_) != 0) return;
        termios now = before_;
        // Signals too come as characters, so that the echo is back before one ends us.
        if (secret) now.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
        ready_ = ::tcsetattr(file_, TCSAFLUSH, &now) == 0;
    }
    ~Tty() {
        if (ready_) ::tcsetattr(file_, TCSAFLUSH, &before_);
        if (file_ >= 0) ::close(file_);
    }
    Tty(const Tty&) = delete;
    Tty& operator=(const Tty&) = delete;

    bool ready() const { return ready_; }
    void write(const std::string& text) const { (void)!::write(file_, text.data(), text.size()); }
    std::optional<char> read() const {
        char c = 0;
        return ::read(file_, &c, 1) == 1 ? std::optional(c) : std::nullopt;
    }

private:
    int file_;
    termios before_{};
    bool ready_ = false;
};

constexpr char interrupt = 3, end_of_file = 4, backspace = 8, kill_line = 21, escape = 127;

Outcome<std::string> read_answer(const std::string& question, const std::string& instead, bool secret) {
    Tty tty(secret);
    if (!tty.ready()) return trouble(Exit::Usage, "there is no terminal to ask at; " + instead);
    tty.write(question);
    std::string answer;
    while (true) {
        auto c = tty.read();
        if (!c || *c == interrupt || (*c == end_of_file && answer.empty())) {
            tty.write("\n");
            return trouble(Exit::Failed, "nothing was answered");
        }
        if (*c == '\n' || *c == '\r') break;
        if (secret && (*c == backspace || *c == escape)) {
            while (!answer.empty() && (static_cast<unsigned char>(answer.back()) & 0xC0) == 0x80) answer.pop_back();
            if (!answer.empty()) answer.pop_back();
        } else if (secret && *c == kill_line) {
            answer.clear();
        } else {
            answer += *c;
        }
    }
    if (secret) tty.write("\n");
    return answer;
}

std::size_t columns() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

}  // namespace

bool wants_colour(int file) {
    const char* refused = std::getenv("NO_COLOR");
    const char* kind = std::getenv("TERM");
    return ::isatty(file) && !(refused && *refused) && kind && std::string(kind) != "dumb";
}

std::string bold(int file, const std::string& text) { return coloured(file, "1", text); }
std::string dim(int file, const std::string& text) { return coloured(file, "2", text); }
std::string red(int file, const std::string& text) { return coloured(file, "31", text); }
std::string green(int file, const std::string& text) { return coloured(file, "32", text); }
std::string yellow(int file, const std::string& text) { return coloured(file, "33", text); }

Outcome<std::string> ask(const std::string& question, const std::string& instead) { return read_answer(question, instead, false); }
Outcome<std::string> ask_secret(const std::string& question, const std::string& instead) { return read_answer(question, instead, true); }

Outcome<std::string> secret_from(const std::string& path) {
    std::string line;
    std::ifstream file;
    if (path != "-") {
        file.open(path, std::ios::binary);
        if (!file) return trouble(Exit::Usage, "can't read \"" + path + "\"; it must be a file whose first line is the password");
    }
    std::getline(path == "-" ? std::cin : file, line);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty())
        return trouble(Exit::Usage, "the first line of " + (path == "-" ? "standard input" : "\"" + path + "\"") + " is empty");
    return line;
}

void note(const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }

void print(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

void print_table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line += std::string(widths[i] - width_of(row[i]) + 2, ' ');
        }
        print(&row == &rows.front() ? bold(STDOUT_FILENO, line) : line);
    }
}

ProgressBar::ProgressBar(std::string name) : name_(printable(name)), on_(::isatty(STDERR_FILENO) != 0) {}

void ProgressBar::begin(std::uint64_t done) {
    measured_ = done;
    measured_at_ = Clock::now();
    speed_ = 0;
}

// Of the last few seconds, so that it follows the network.
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

void ProgressBar::say(const std::string& text) {
    if (!on_) return;
    std::size_t room = columns() - 1;
    std::string name = name_;
    std::size_t taken = width_of(text) + 2;
    std::size_t most = std::max<std::size_t>(room > taken ? room - taken : 0, 8);
    if (width_of(name) > most) {
        while (!name.empty() && width_of(name) > most - 1) name.pop_back();
        while (!name.empty() && (static_cast<unsigned char>(name.back()) & 0x80)) name.pop_back();
        name += "~";
    }
    std::fprintf(stderr, "\r\033[K%s%s%s", name.c_str(), name.empty() ? "" : "  ", text.c_str());
    drawn_ = true;
}

void ProgressBar::clear() {
    if (drawn_) std::fprintf(stderr, "\r\033[K");
    drawn_ = false;
}

}  // namespace ks::cli
