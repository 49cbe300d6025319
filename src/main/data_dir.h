#pragma once

#include "base/result.h"

#include <string>

namespace ks {

// The folder that holds all of an installation, for this process alone (mode 0700, locked).
class DataDir {
public:
    // Makes it where it isn't there. Fails when it can't be written to or another process has it.
    static Result<DataDir> open(const std::string& path);
    DataDir(DataDir&& other) noexcept : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}
    ~DataDir();

    Result<std::string> secret();  // of 32 random bytes, made at the first call ever

private:
    DataDir(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::string path_;
    int lock_;
};

// The address in the links of the server that serves the folder, for programs beside it: noted at its start.
void note_server_url(const std::string& data_dir, const std::string& url);
std::string noted_server_url(const std::string& data_dir);  // empty where none is

Result<std::string> read_secret_file(const std::string& path);  // without the line end; at least 32 bytes

}  // namespace ks
