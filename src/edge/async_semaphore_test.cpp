#include "edge/async_semaphore.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace ks::edge {
namespace {

using Permits = std::vector<std::optional<AsyncSemaphore::Permit>>;

// Acquires a permit into permits[number].
awaitable<void> hold(AsyncSemaphore& semaphore, Permits& permits, std::size_t number) {
    auto permit = co_await semaphore.acquire();
    permits[number].emplace(std::move(permit));
}

awaitable<void> fail_with_permit(AsyncSemaphore& semaphore) {
    auto permit = co_await semaphore.acquire();
    throw std::runtime_error("failed");
}

struct AsyncSemaphoreTest : testing::Test {
    void start(std::size_t number) { asio::co_spawn(loop, hold(*semaphore, permits, number), asio::detached); }
    std::string holders() {
        loop.restart();
        loop.poll();
        std::string all;
        for (std::size_t i = 0; i < permits.size(); ++i) {
            if (permits[i]) all += static_cast<char>('a' + i);
        }
        return all;
    }

    asio::io_context loop;
    std::optional<AsyncSemaphore> semaphore{std::in_place, 2U};
    Permits permits = Permits(4);
};

TEST_F(AsyncSemaphoreTest, GivesPermitsInOrder) {
    for (std::size_t i = 0; i < 4; ++i) start(i);
    EXPECT_EQ(holders(), "ab");
    permits[1].reset();
    EXPECT_EQ(holders(), "ac");
    permits[0].reset();
    EXPECT_EQ(holders(), "cd");
    permits[2].reset();
    permits[3].reset();
    start(0);
    start(1);
    start(2);
    EXPECT_EQ(holders(), "ab");
}

TEST_F(AsyncSemaphoreTest, TakesThePermitOfACoroutineThatThrows) {
    auto ignore = [](const std::exception_ptr&) {};
    for (int i = 0; i < 5; ++i) asio::co_spawn(loop, fail_with_permit(*semaphore), ignore);
    start(0);
    start(1);
    EXPECT_EQ(holders(), "ab");
}

TEST_F(AsyncSemaphoreTest, MovesAPermitWithoutReleasingIt) {
    start(0);
    start(1);
    start(2);
    EXPECT_EQ(holders(), "ab");
    AsyncSemaphore::Permit moved = std::move(*permits[0]);
    permits[0].reset();
    EXPECT_EQ(holders(), "b");
}

TEST_F(AsyncSemaphoreTest, MayEndBeforeItsPermits) {
    for (std::size_t i = 0; i < 3; ++i) start(i);
    EXPECT_EQ(holders(), "ab");
    semaphore.reset();
    permits[0].reset();
    EXPECT_EQ(holders(), "b");
}

}  // namespace
}  // namespace ks::edge
