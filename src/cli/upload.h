#pragma once

#include "cli/api.h"
#include "cli/places.h"
#include "cli/progress.h"

namespace ks::cli {

// Uploads by tus 1.0.0. Both answer the id of the file, wait while the server is away, and go on where it stands.

// A file, also where an earlier process was interrupted: what it had begun stands below the state folder, under the file's path, name, size
// and time of change, until `forget`.
class FileUpload {
public:
    static Outcome<FileUpload> open(Api& api, const std::string& path, const std::string& name);
    ~FileUpload();
    FileUpload(FileUpload&& other) noexcept;

    Outcome<std::string> send(ProgressBar& bar);
    void forget();  // the file has reached whom it was for

    std::uint64_t size() const { return size_; }
    std::uint64_t found() const { return found_; }  // so much was there already

private:
    FileUpload(Api& api, std::string path, std::string name) : api_(api), path_(std::move(path)), name_(std::move(name)) {}
    Outcome<std::string> advance(ProgressBar& bar, class Patience& patience);
    Outcome<std::uint64_t> begin();
    Outcome<std::uint64_t> send_piece(std::uint64_t offset, ProgressBar& bar);
    Outcome<> check_unchanged() const;

    Api& api_;
    std::string path_;
    std::string name_;  // at the server
    int file_ = -1;
    std::uint64_t size_ = 0;
    std::uint64_t found_ = 0;
    std::string version_;  // size and time of change
    std::string memory_;   // where it is noted which upload is this file's
    std::optional<Lock> lock_;
    std::string upload_;        // its id
    std::string creation_key_;  // of the request that creates it
};

// What comes from a pipe, whose length shows at its end; nothing of it is kept for another process.
Outcome<std::string> send_stream(Api& api, int file, const std::string& filename, std::uint64_t& size, ProgressBar& bar);

}  // namespace ks::cli
