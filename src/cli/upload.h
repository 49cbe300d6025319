#pragma once

#include "cli/api.h"
#include "cli/state_paths.h"
#include "cli/progress.h"

namespace ks::cli {

// Uploads by tus 1.0.0. Both kinds return the id of the file, retry while the server is away, and resume at its offset.

// Resumable upload of a file, across processes: the id of an unfinished upload is stored in the state folder until forget(), keyed
// by server, user, path, name, size and mtime. A lock prevents concurrent uploads of the same file.
class FileUpload {
public:
    static Outcome<FileUpload> open(Api& api, const std::string& path, const std::string& name);
    ~FileUpload();
    FileUpload(FileUpload&& other) noexcept;

    Outcome<std::string> send(ProgressBar& bar);
    void forget();  // Removes the stored state; call once the link exists, too.

    std::uint64_t size() const { return size_; }
    std::uint64_t found() const { return found_; }  // Bytes from an earlier process.

private:
    FileUpload(Api& api, std::string path, std::string name) : api_(api), path_(std::move(path)), name_(std::move(name)) {}
    Outcome<std::string> advance(ProgressBar& bar, class RetryPolicy& patience);
    Outcome<std::uint64_t> begin();
    Outcome<std::uint64_t> send_piece(std::uint64_t offset, ProgressBar& bar);
    Outcome<> check_unchanged() const;

    Api& api_;
    std::string path_;
    std::string name_;  // Filename on the server.
    int file_ = -1;
    std::uint64_t size_ = 0;
    std::uint64_t found_ = 0;
    std::string version_;           // Size and mtime, to detect changes.
    std::string resume_file_path_;  // Path of the state file with the upload id.
    std::optional<Lock> lock_;
    std::string upload_;        // Upload id; empty until created.
    std::string creation_key_;  // Idempotency-Key of the creation request, kept for its retries.
};

// Uploads a pipe of unknown length (Upload-Defer-Length). Survives network errors, but cannot be resumed by another process. Sets `size`.
Outcome<std::string> send_stream(Api& api, int file, const std::string& filename, std::uint64_t& size, ProgressBar& bar);

}  // namespace ks::cli
