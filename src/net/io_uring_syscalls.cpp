#include "base/result.h"
#include "net/syscall_batch.h"

#include <liburing.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace ks::net {

namespace {

constexpr unsigned entries = 64;

// The completion queue is shared with the kernel and filled only within io_uring_enter, by the thread that created the ring.
constexpr unsigned flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL;

class Ring {
public:
    Ring() : error_(-io_uring_queue_init(entries, &ring_, flags)) {}
    ~Ring() {
        if (good()) io_uring_queue_exit(&ring_);
    }
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;

    bool good() const { return error_ == 0; }
    int error() const { return error_; }

    io_uring_sqe& next() { return *io_uring_get_sqe(&ring_); }

    // Submits the `count` queued entries, waits for them and calls `tell` with each result and its index. Returns 0 or the errno.
    template <class Tell>
    int run(std::size_t count, Tell tell) {
        while (count > 0) {
            int status = io_uring_submit_and_wait(&ring_, static_cast<unsigned>(count));
            bool passes = status >= 0 || status == -EINTR || status == -EAGAIN || status == -EBUSY;
            if (!passes) return -status;
            unsigned head = 0, done = 0;
            io_uring_cqe* completion = nullptr;
            io_uring_for_each_cqe(&ring_, head, completion) {
                tell(completion->user_data, completion->res);
                ++done;
            }
            io_uring_cq_advance(&ring_, done);
            count -= done;
        }
        return 0;
    }

private:
    io_uring ring_;
    int error_;
};

class IoUringSyscalls final : public SyscallBatch {
public:
    void receive(std::span<ReceiveCall> calls) override {
        if (calls.size() < 2 || !has_ring()) return plain_->receive(calls);
        in_portions(calls, [](io_uring_sqe& entry, ReceiveCall& call, std::size_t) {
            io_uring_prep_recv(&entry, call.descriptor, call.buffer.data(), call.buffer.size(), MSG_DONTWAIT);
        });
    }

    void send(std::span<SendCall> calls) override {
        if (calls.size() < 2 || !has_ring()) return plain_->send(calls);
        in_portions(calls, [this](io_uring_sqe& entry, SendCall& call, std::size_t place) {
            constexpr int how = MSG_DONTWAIT | MSG_NOSIGNAL;
            if (call.parts.size() == 1) {
                const iovec& part = call.parts.front();
                return io_uring_prep_send(&entry, call.descriptor, part.iov_base, part.iov_len, how);
            }
            messages_[place] = {};
            messages_[place].msg_iov = const_cast<iovec*>(call.parts.data());
            messages_[place].msg_iovlen = call.parts.size();
            io_uring_prep_sendmsg(&entry, call.descriptor, &messages_[place], how);
        });
    }

private:
    // Created by the first batch: only the thread that creates a ring may use it.
    bool has_ring() {
        if (!ring_) ring_ = std::make_unique<Ring>();
        return ring_->good();
    }

    template <class Operation, class Prepare>
    void in_portions(std::span<Operation> calls, Prepare prepare) {
        while (!calls.empty()) {
            auto portion = calls.first(std::min<std::size_t>(calls.size(), entries));
            calls = calls.subspan(portion.size());
            for (std::size_t i = 0; i < portion.size(); ++i) {
                io_uring_sqe& entry = ring_->next();
                prepare(entry, portion[i], i);
                entry.user_data = i;
            }
            int error = ring_->run(portion.size(), [&](std::uint64_t place, int result) { portion[place].result = result; });
            KS_ASSERT(error == 0);
        }
    }

    std::unique_ptr<SyscallBatch> plain_ = plain_syscalls();
    std::unique_ptr<Ring> ring_;
    std::array<msghdr, entries> messages_;
};

}  // namespace

std::unique_ptr<SyscallBatch> io_uring_syscalls() { return std::make_unique<IoUringSyscalls>(); }

std::optional<std::string> io_uring_refusal() {
    Ring ring;
    if (!ring.good()) return std::strerror(ring.error());
    io_uring_prep_nop(&ring.next());  // some kernels create a ring but refuse its use
    int error = ring.run(1, [](std::uint64_t, int) {});
    return error ? std::optional<std::string>(std::strerror(error)) : std::nullopt;
}

}  // namespace ks::net
