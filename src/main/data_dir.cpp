#include "main/data_dir.h"

#include "base/crypto.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ks::main {

namespace {

tl::unexpected<Error> can_not(const std::string& what, const std::string& path, const char* allowed) {
    return fail(ErrorCode::InvalidRequest,
                what + ": \"" + path + "\" is not allowed (" + std::strerror(errno) + "); it must be " + allowed);
}

}  // namespace

Result<DataDir> DataDir::open(const std::string& path) {
    std::error_code error;
    bool made = std::filesystem::create_directories(path, error);
    if (error) errno = error.value();
    if (error) return can_not("--data-dir", path, "a writable folder");
    if (made) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
    int lock = ::open((path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) return can_not("--data-dir", path, "a writable folder");
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock);
        return fail(ErrorCode::InvalidRequest,
                    "--data-dir: \"" + path + "\" is in use by another kingshare process; each server needs a folder of its own");
    }
    return DataDir(path, lock);
}

DataDir::~DataDir() {
    if (lock_ >= 0) ::close(lock_);
}

Result<std::string> DataDir::secret() {
    std::string path = path_ + "/jwt_secret";
    if (std::filesystem::exists(path)) return read_jwt_secret_file(path);
    std::string made = random_token(32);
    std::string fresh = path + ".new";
    int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool kept = file >= 0 && ::write(file, made.data(), made.size()) == static_cast<ssize_t>(made.size()) && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (!kept || std::rename(fresh.c_str(), path.c_str()) != 0) return can_not("--data-dir", path_, "a writable folder");
    return made;
}

void note_server_url(const std::string& data_dir, const std::string& url) {
    std::string line = url + "\n";
    int file = ::open((data_dir + "/server_url").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return;
    (void)!::write(file, line.data(), line.size());
    ::close(file);
}

std::string noted_server_url(const std::string& data_dir) {
    std::string url;
    std::ifstream file(data_dir + "/server_url");
    std::getline(file, url);
    return url;
}

Result<std::string> read_secret_file(const char* setting, const std::string& path, std::size_t least, const char* allowed) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    std::string secret = content.str();
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
    if (!file || secret.size() < least) {
        return fail(ErrorCode::InvalidRequest, std::string(setting) + ": \"" + path + "\" is not allowed; it must be " + allowed);
    }
    return secret;
}

Result<std::string> read_jwt_secret_file(const std::string& path) {
    return read_secret_file("auth.jwt_secret_file", path, 32, "the path of a file that holds at least 32 bytes");
}

}  // namespace ks::main
