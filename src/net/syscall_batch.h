#pragma once

#include <sys/uio.h>

#include <memory>
#include <span>
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

// Many non-blocking receives or sends at once; all results are there on return.
class SyscallBatch {
public:
    virtual ~SyscallBatch() = default;
    virtual void receive(std::span<ReceiveCall> calls) = 0;  // MSG_DONTWAIT
    virtual void send(std::span<SendCall> calls) = 0;        // MSG_DONTWAIT | MSG_NOSIGNAL
};

std::unique_ptr<SyscallBatch> plain_syscalls();  // a system call each

}  // namespace ks::net
