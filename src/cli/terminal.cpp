#include "cli/terminal.h"

#include "base/result.h"
#include "cli/values.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace ks::cli {

namespace {

// The controlling terminal during a question. The destructor restores its mode.
class Tty {
public:
    explicit Tty(bool secret) : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
        if (file_ < 0 || ::tcgetattr(file_, &before_) != 0) return;
        termios now = before_;
        // Disable signals, too: Ctrl-C must restore the echo before the process ends.
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
    if (!tty.ready()) return command_error(ExitCode::Usage, "no terminal for a prompt; " + instead);
    tty.write(printable(question));
    std::string answer;
    while (true) {
        auto c = tty.read();
        if (!c || *c == interrupt || (*c == end_of_file && answer.empty())) {
            tty.write("\n");
            return command_error(ExitCode::Failed, "cancelled");
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

Outcome<std::string> ask(const std::string& question, const std::string& instead) { return read_answer(question, instead, false); }
Outcome<std::string> ask_secret(const std::string& question, const std::string& instead) { return read_answer(question, instead, true); }

Outcome<std::string> secret_from(const std::string& path) {
    KS_TRY(auto lines, secrets_from(path, 1));
    return std::move(lines.front());
}

Outcome<std::vector<std::string>> secrets_from(const std::string& path, std::size_t count) {
    static constexpr std::array names{"first", "second"};
    std::ifstream file;
    if (path != "-") {
        file.open(path, std::ios::binary);
        if (!file) return command_error(ExitCode::Usage, "can't read \"" + path + "\"; it must be a file whose first line is the password");
    }
    std::vector<std::string> lines;
    while (lines.size() < count) {
        std::string line;
        std::getline(path == "-" ? std::cin : file, line);
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty()) {
            return command_error(ExitCode::Usage, "the " + std::string(names[lines.size()]) + " line of " +
                                                      (path == "-" ? "standard input" : "\"" + path + "\"") + " is empty");
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

void note(const Text& text) { std::fprintf(stderr, "%s\n", text.rendered(wants_colour(STDERR_FILENO)).c_str()); }

void print(const Text& line) {
    std::printf("%s\n", line.rendered(wants_colour(STDOUT_FILENO)).c_str());
    std::fflush(stdout);
}

bool print_bytes(std::string_view bytes) { return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size(); }

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_shortened = 12;

// Width of the terminal in columns; nullopt if standard output is not a terminal.
std::optional<std::size_t> line_limit() {
    if (!::isatty(STDOUT_FILENO)) return std::nullopt;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

}  // namespace

void print_table(const std::vector<std::vector<std::string>>& rows, LastColumn last) {
    std::vector<std::size_t> widths;
    std::vector<std::vector<std::string>> cells;
    for (const auto& row : rows) {
        auto& shown = cells.emplace_back();
        for (const std::string& cell : row) shown.push_back(printable(cell));
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(shown[i]));
    }
    auto width_of_first = [&](std::size_t columns) {
        std::size_t width = 0;
        for (std::size_t i = 0; i < columns; ++i) width += widths[i] + (i > 0 ? gap : 0);
        return width;
    };
    std::size_t columns = widths.size();
    auto limit = line_limit();
    bool own_line = limit && last == LastColumn::IsLink && width_of_first(columns) > *limit;
    if (own_line) --columns;
    if (std::size_t width = width_of_first(columns); limit && width > *limit) {
        widths.front() -= std::min(widths.front() - std::min(widths.front(), least_shortened), width - *limit);
    }
    for (auto& row : cells) {
        row.front() = shortened(row.front(), widths.front());
        std::string line;
        for (std::size_t i = 0; i < std::min(columns, row.size()); ++i) {
            line += row[i];
            if (i + 1 < std::min(columns, row.size())) line += std::string(widths[i] - width_of(row[i]) + gap, ' ');
        }
        bool is_head = &row == &cells.front();
        print(is_head ? bold(line) : line);
        if (own_line && !is_head && row.size() > columns) print("  " + row.back());
    }
}

}  // namespace ks::cli
