#include "cli/state_paths.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace ks::cli {

namespace {

tl::unexpected<CommandError> can_not_write(const std::string& path) {
    return command_error(ExitCode::Failed, "can't write to \"" + path + "\" (" + std::strerror(errno) + ")");
}

// Creates the folders on demand, with mode 0700.
int open_private(const std::string& path, int flags) {
    std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code error;
    for (const auto& ours : {folder.parent_path(), folder}) {
        if (std::filesystem::create_directories(ours, error)) std::filesystem::permissions(ours, std::filesystem::perms::owner_all, error);
    }
    return ::open(path.c_str(), flags | O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

}  // namespace

Outcome<std::string> state_folder(const std::string& name) {
    const char* state = std::getenv("XDG_STATE_HOME");
    const char* home = std::getenv("HOME");
    bool given = state && *state == '/';  // The XDG specification: relative paths must be ignored.
    if (!given && (!home || !*home)) return command_error(ExitCode::Failed, "HOME or XDG_STATE_HOME must be set to store the sign-in");
    return std::string(given ? state : std::string(home) + "/.local/state") + "/kingshare/" + name;
}

Outcome<> write_private(const std::string& path, const std::string& text) {
    std::string fresh = path + "." + std::to_string(::getpid());
    int file = open_private(fresh, O_TRUNC);
    bool kept = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (kept && std::rename(fresh.c_str(), path.c_str()) == 0) return {};
    auto failed = can_not_write(path);
    ::unlink(fresh.c_str());
    return failed;
}

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

Outcome<Lock> Lock::wait_for(const std::string& path) {
    int file = open_private(path, 0);
    if (file < 0) return can_not_write(path);
    while (::flock(file, LOCK_EX) != 0) {
        if (errno == EINTR) continue;
        ::close(file);
        return can_not_write(path);
    }
    return Lock(file);
}

std::optional<Lock> Lock::take(const std::string& path) {
    int file = open_private(path, 0);
    if (file < 0) return std::nullopt;
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) return Lock(file);
    ::close(file);
    return std::nullopt;
}

Lock::~Lock() {
    if (file_ >= 0) ::close(file_);
}

Lock::Lock(Lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

}  // namespace ks::cli
