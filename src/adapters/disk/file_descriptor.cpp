#include "adapters/disk/file_descriptor.h"

#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace ks::disk {

tl::unexpected<Error> failure_of(const char* call, const std::string& path) {
    int number = errno;
    std::string detail = std::string(call) + " " + path + ": " + std::generic_category().message(number);
    bool full = number == ENOSPC || number == EDQUOT;
    auto failure = full ? fail(ErrorCode::StorageFull) : number == EIO ? storage_unavailable({}) : internal_error({});
    failure.value().detail = std::move(detail);
    errno = number;
    return failure;
}

FileDescriptor::~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

Result<FileDescriptor> FileDescriptor::open(const std::string& path, int flags) {
    while (true) {
        int number = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
        if (number >= 0) return FileDescriptor(number);
        if (errno != EINTR) return failure_of("open", path);
    }
}

std::optional<FileDescriptor> FileDescriptor::open_if_cached(const std::string& path) {
    open_how how{.flags = O_RDONLY | O_CLOEXEC, .mode = 0, .resolve = RESOLVE_CACHED};
    long number = ::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how);
    if (number < 0) return std::nullopt;
    return FileDescriptor(static_cast<int>(number));
}

Result<void> FileDescriptor::write(std::string_view bytes) const {
    while (!bytes.empty()) {
        ssize_t written = ::write(number_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failure_of("write", "a blob");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> FileDescriptor::truncate(std::uint64_t size) const {
    if (::ftruncate(number_, static_cast<off_t>(size)) != 0) return failure_of("ftruncate", "a blob");
    return {};
}

Result<void> FileDescriptor::sync() const {
    if (::fdatasync(number_) != 0) return failure_of("fdatasync", "a blob or its folder");
    return {};
}

Result<std::uint64_t> FileDescriptor::size() const {
    struct stat facts {};
    if (::fstat(number_, &facts) != 0) return failure_of("fstat", "a blob");
    return static_cast<std::uint64_t>(facts.st_size);
}

}  // namespace ks::disk
