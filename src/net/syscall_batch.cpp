#include "net/syscall_batch.h"

#include <cerrno>
#include <sys/socket.h>

namespace ks::net {

namespace {

class PlainSyscalls final : public SyscallBatch {
public:
    void receive(std::span<ReceiveCall> calls) override {
        for (auto& call : calls) {
            call.result = recv(call.descriptor, call.buffer.data(), call.buffer.size(), MSG_DONTWAIT);
            if (call.result < 0) call.result = -errno;
        }
    }

    void send(std::span<SendCall> calls) override {
        for (auto& call : calls) {
            msghdr message{};
            message.msg_iov = const_cast<iovec*>(call.parts.data());
            message.msg_iovlen = call.parts.size();
            call.result = sendmsg(call.descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (call.result < 0) call.result = -errno;
        }
    }
};

}  // namespace

std::unique_ptr<SyscallBatch> plain_syscalls() { return std::make_unique<PlainSyscalls>(); }

}  // namespace ks::net
