#include "runtime/task_group.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace ks {

namespace {

class TaskGroupTest : public testing::Test {
protected:
    // Starts waiting; the result is stored in `outcome` as soon as wait() returns.
    void begin_to_wait() {
        auto finished = [this](std::exception_ptr, Result<void> given) { outcome.emplace(std::move(given)); };
        asio::co_spawn(loop, tasks.wait(), finished);
        loop.poll();
    }

    asio::io_context loop;
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(loop);
    TaskGroup tasks;
    std::optional<Result<void>> outcome;
};

TEST_F(TaskGroupTest, NothingIsNotWaitedFor) {
    begin_to_wait();
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(*outcome);
}

TEST_F(TaskGroupTest, WhatIsDoneIsNotWaitedFor) {
    tasks.add()({});
    begin_to_wait();
    EXPECT_TRUE(outcome && *outcome);
}

TEST_F(TaskGroupTest, AllAreWaitedFor) {
    auto one = tasks.add();
    auto other = tasks.add();
    one({});
    begin_to_wait();
    EXPECT_FALSE(outcome);
    other({});
    EXPECT_FALSE(outcome) << "it goes on on its core";
    loop.poll();
    EXPECT_TRUE(outcome && *outcome);
}

TEST_F(TaskGroupTest, TheFirstFailureIsTheOutcome) {
    auto one = tasks.add();
    auto other = tasks.add();
    auto third = tasks.add();
    one(fail(ErrorCode::StorageFull));
    other(fail(ErrorCode::Unavailable));
    third({});
    begin_to_wait();
    ASSERT_TRUE(outcome && !*outcome);
    EXPECT_EQ(outcome->error().code, ErrorCode::StorageFull);
}

TEST_F(TaskGroupTest, FromManyThreads) {
    for (int round = 0; round < 200; ++round) {
        tasks = TaskGroup();
        outcome.reset();
        auto one = tasks.add();
        auto other = tasks.add();
        std::thread first([&] { one({}); });
        std::thread second([&] { other({}); });
        begin_to_wait();
        while (!outcome) loop.run_one();
        EXPECT_TRUE(*outcome);
        first.join();
        second.join();
    }
}

}  // namespace

}  // namespace ks
