#pragma once

#include <sys/uio.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <sys/types.h>

namespace ks::net {

struct ReceiveCall {
    int descriptor;
    std::span<char> buffer;
    ssize_t result = 0;  // bytes, 0 at the end of the stream, or -errno
};

struct SendCall {
    int descriptor;
    std::span<const iovec> parts;
    ssize_t result = 0;  // bytes, or -errno
};

// Performs many non-blocking receives or sends at once; all results are set on return.
class SyscallBatch {
public:
    virtual ~SyscallBatch() = default;
    virtual void receive(std::span<ReceiveCall> calls) = 0;  // MSG_DONTWAIT
    virtual void send(std::span<SendCall> calls) = 0;        // MSG_DONTWAIT | MSG_NOSIGNAL
};

std::unique_ptr<SyscallBatch> plain_syscalls();  // one system call per operation

// One io_uring_enter per batch. Makes plain calls for a single operation, which is cheaper, and if no ring can be created. The first batch
// binds it to its thread.
std::unique_ptr<SyscallBatch> io_uring_syscalls();

std::optional<std::string> io_uring_refusal();  // why io_uring is unavailable; nullopt: it works

}  // namespace ks::net
