#pragma once

#include "base/result.h"

#include <memory>
#include <optional>
#include <string>

namespace ks::disk {

// Owning file descriptor, closed on destruction. Errors: STORAGE_FULL if the disk or the quota is full, UNAVAILABLE for an I/O error,
// otherwise an internal error with the text of errno. Calls block, except number() and open_if_cached().
class FileDescriptor {
public:
    FileDescriptor() = default;
    ~FileDescriptor();
    FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;

    static Result<FileDescriptor> open(const std::string& path, int flags);  // close-on-exec; created files have mode 0600

    // Opens for reading only if the whole path is in the dentry cache (RESOLVE_CACHED). Returns nullopt otherwise; never blocks.
    static std::optional<FileDescriptor> open_if_cached(const std::string& path);

    int number() const { return number_; }
    Result<void> write(std::string_view bytes) const;  // all bytes, or an error
    Result<void> truncate(std::uint64_t size) const;
    Result<void> sync() const;  // fdatasync: makes a file's bytes or a folder's entries durable
    Result<std::uint64_t> size() const;

private:
    explicit FileDescriptor(int number) : number_(number) {}

    int number_ = -1;
};

// Shared with jobs on other threads: if the waiting coroutine is destroyed first, the descriptor number must not be reused by another file.
using DescriptorPtr = std::shared_ptr<const FileDescriptor>;

inline DescriptorPtr shared(FileDescriptor descriptor) { return std::make_shared<const FileDescriptor>(std::move(descriptor)); }

// Returns the Error for the system call on `path` that has just failed, from errno. Preserves errno.
tl::unexpected<Error> failure_of(const char* call, const std::string& path);

}  // namespace ks::disk
