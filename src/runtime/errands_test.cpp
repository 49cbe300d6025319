#include "runtime/errands.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace ks {

namespace {

class ErrandsTest : public testing::Test {
protected:
    // Starts waiting; the result is stored in `outcome` as soon as wait() returns.
    void begin_to_wait() {
        auto finished = [this](std::exception_ptr, Result<void> given) { outcome.emplace(std::move(given)); };
        asio::co_spawn(core, errands.wait(), finished);
        core.poll();
    }

    asio::io_context core;
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(core);
    Errands errands;
    std::optional<Result<void>> outcome;
};

TEST_F(ErrandsTest, NothingIsNotWaitedFor) {
    begin_to_wait();
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(*outcome);
}

TEST_F(ErrandsTest, WhatIsDoneIsNotWaitedFor) {
    errands.expect()({});
    begin_to_wait();
    EXPECT_TRUE(outcome && *outcome);
}

TEST_F(ErrandsTest, AllAreWaitedFor) {
    auto one = errands.expect();
    auto other = errands.expect();
    one({});
    begin_to_wait();
    EXPECT_FALSE(outcome);
    other({});
    EXPECT_FALSE(outcome) << "it goes on on its core";
    core.poll();
    EXPECT_TRUE(outcome && *outcome);
}

TEST_F(ErrandsTest, TheFirstFailureIsTheOutcome) {
    auto one = errands.expect();
    auto other = errands.expect();
    auto third = errands.expect();
    one(fail(ErrorCode::StorageFull));
    other(fail(ErrorCode::Unavailable));
    third({});
    begin_to_wait();
    ASSERT_TRUE(outcome && !*outcome);
    EXPECT_EQ(outcome->error().code, ErrorCode::StorageFull);
}

TEST_F(ErrandsTest, FromManyThreads) {
    for (int round = 0; round < 200; ++round) {
        errands = Errands();
        outcome.reset();
        auto one = errands.expect();
        auto other = errands.expect();
        std::thread first([&] { one({}); });
        std::thread second([&] { other({}); });
        begin_to_wait();
        while (!outcome) core.run_one();
        EXPECT_TRUE(*outcome);
        first.join();
        second.join();
    }
}

}  // namespace

}  // namespace ks
