#pragma once

#include "cli/outcome.h"

#include <optional>
#include <string>

namespace ks::cli {

// Where the command line keeps what it must remember: below $XDG_STATE_HOME (~/.local/state), for this user alone (0700, files 0600).
Outcome<std::string> state_folder(const std::string& name);  // …/kingshare/NAME; made when a file is first written there

Outcome<> write_private(const std::string& path, const std::string& text);  // whole or not at all
std::optional<std::string> read_file(const std::string& path);              // nothing where it isn't there

// A file that one process has at a time; its end gives it back.
class Lock {
public:
    static Outcome<Lock> wait_for(const std::string& path);
    static std::optional<Lock> take(const std::string& path);  // nothing while another has it
    ~Lock();
    Lock(Lock&& other) noexcept;

private:
    explicit Lock(int file) : file_(file) {}
    int file_;
};

}  // namespace ks::cli
