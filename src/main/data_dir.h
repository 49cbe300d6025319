#pragma once

#include "base/result.h"

#include <string>

namespace ks::main {

// The data directory of an installation (mode 0700), locked exclusively by this process.
class DataDir {
public:
    // Opens and locks the directory, creating it if missing. Errors: INVALID_REQUEST if it is not writable or locked by another process.
    static Result<DataDir> open(const std::string& path);
    DataDir(DataDir&& other) noexcept : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}
    ~DataDir();

    Result<std::string> secret();  // 32 random bytes, created and persisted on first use

private:
    DataDir(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::string path_;
    int lock_;
};

// Records the public URL at server start, for commands run on the same data directory. Best-effort.
void note_server_url(const std::string& data_dir, const std::string& url);
std::string noted_server_url(const std::string& data_dir);  // empty: none recorded

// Returns the content of the file that a setting names, without trailing newlines. Errors: INVALID_REQUEST below `least` bytes; `allowed`
// describes such a file.
Result<std::string> read_secret_file(const char* setting, const std::string& path, std::size_t least, const char* allowed);
Result<std::string> read_jwt_secret_file(const std::string& path);

}  // namespace ks::main
