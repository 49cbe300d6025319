#pragma once

#include "cli/command_error.h"

#include <optional>
#include <string>

namespace ks::cli {

// Local state below $XDG_STATE_HOME (~/.local/state), private to the user: folders 0700, files 0600.
Outcome<std::string> state_folder(const std::string& name);  // Path …/kingshare/NAME; created with its first file.

Outcome<> write_private(const std::string& path, const std::string& text);  // Atomic: temporary file, fsync, rename.
std::optional<std::string> read_file(const std::string& path);              // nullopt if it cannot be opened.

// Exclusive lock between processes (flock). Released by the destructor, and by the kernel if the process dies.
class Lock {
public:
    static Outcome<Lock> wait_for(const std::string& path);
    static std::optional<Lock> take(const std::string& path);  // nullopt if held or not creatable.
    ~Lock();
    Lock(Lock&& other) noexcept;

private:
    explicit Lock(int file) : file_(file) {}
    int file_;
};

}  // namespace ks::cli
