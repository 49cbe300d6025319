#include "cli/terminal.h"

#include "base/result.h"
#include "cli/values.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
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

}  // namespace ks::cli
