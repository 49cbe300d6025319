#include "net/syscall_batch.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <numeric>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace ks::net {
namespace {

struct Pair {
    Pair() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0); }
    ~Pair() {
        close(ends[0]);
        close(ends[1]);
    }
    int ends[2];
};

struct SyscallBatchTest : testing::TestWithParam<bool> {
    void SetUp() override {
        auto refusal = GetParam() ? io_uring_refusal() : std::nullopt;
        if (refusal) GTEST_SKIP() << "the kernel refuses io_uring: " << *refusal;
        batch = GetParam() ? io_uring_syscalls() : plain_syscalls();
    }
    std::unique_ptr<SyscallBatch> batch;
};

INSTANTIATE_TEST_SUITE_P(Both, SyscallBatchTest, testing::Bool(),
                         [](const testing::TestParamInfo<bool>& way) { return way.param ? "IoUring" : "Plain"; });

// One operation, a few, and more than a ring holds.
TEST_P(SyscallBatchTest, SendsAndReceivesAllInTheirPlaces) {
    for (std::size_t count : {1, 2, 7, 64, 200}) {
        std::vector<Pair> pairs(count);
        std::vector<std::string> texts;
        std::vector<std::array<iovec, 3>> parts(count);
        std::vector<SendCall> sends;
        for (std::size_t i = 0; i < count; ++i) texts.push_back("to " + std::to_string(i) + std::string(i, '.'));
        for (std::size_t i = 0; i < count; ++i) {
            parts[i].fill({texts[i].data(), texts[i].size()});
            sends.push_back({.descriptor = pairs[i].ends[0], .parts = std::span(parts[i]).first(1 + i % 3)});
        }
        batch->send(sends);

        std::vector<std::string> buffers(count, std::string(4096, 0));
        std::vector<ReceiveCall> receives;
        for (std::size_t i = 0; i < count; ++i) receives.push_back({.descriptor = pairs[i].ends[1], .buffer = buffers[i]});
        batch->receive(receives);
        for (std::size_t i = 0; i < count; ++i) {
            std::string expected;
            for (std::size_t part = 0; part < sends[i].parts.size(); ++part) expected += texts[i];
            EXPECT_EQ(sends[i].result, ssize_t(expected.size()));
            ASSERT_EQ(receives[i].result, ssize_t(expected.size()));
            EXPECT_EQ(buffers[i].substr(0, expected.size()), expected);
        }
    }
}

TEST_P(SyscallBatchTest, WaitsForNobodyAndTellsEachFailure) {
    Pair silent, ended, full, gone;
    shutdown(ended.ends[1], SHUT_WR);
    close(gone.ends[1]);
    gone.ends[1] = -1;
    std::string buffer(4096, 0), much(1 << 20, 'x');
    std::vector<ReceiveCall> receives{{.descriptor = silent.ends[0], .buffer = buffer},
                                      {.descriptor = ended.ends[0], .buffer = buffer},
                                      {.descriptor = -1, .buffer = buffer}};
    batch->receive(receives);
    EXPECT_EQ(receives[0].result, -EAGAIN);
    EXPECT_EQ(receives[1].result, 0);
    EXPECT_EQ(receives[2].result, -EBADF);

    iovec part{much.data(), much.size()};
    std::vector<SendCall> sends{{.descriptor = full.ends[0], .parts = {&part, 1}}, {.descriptor = gone.ends[0], .parts = {&part, 1}}};
    batch->send(sends);
    EXPECT_GT(sends[0].result, 0);
    EXPECT_LT(sends[0].result, ssize_t(much.size()));
    EXPECT_EQ(sends[1].result, -EPIPE);
    batch->send(sends);
    EXPECT_EQ(sends[0].result, -EAGAIN);
}

}  // namespace
}  // namespace ks::net
