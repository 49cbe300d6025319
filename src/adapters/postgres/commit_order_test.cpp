#include "adapters/postgres/commit_order.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ks::postgres {

TEST(CommitOrderTest, TasksRunInTheOrderOfTheirTickets) {
    CommitOrder order;
    std::vector<int> ran;
    auto first = order.take_ticket(), second = order.take_ticket(), third = order.take_ticket();
    order.complete(third, [&] { ran.push_back(3); });
    order.complete(second, [&] { ran.push_back(2); });
    EXPECT_TRUE(ran.empty());
    order.complete(first, [&] { ran.push_back(1); });
    EXPECT_EQ(ran, (std::vector{1, 2, 3}));
}

TEST(CommitOrderTest, ATaskMayTakeATicket) {
    CommitOrder order;
    std::vector<int> ran;
    auto again = [&] {
        ran.push_back(1);
        order.complete(order.take_ticket(), [&] { ran.push_back(2); });
    };
    order.complete(order.take_ticket(), again);
    EXPECT_EQ(ran, (std::vector{1, 2}));
}

TEST(WriteBarrierTest, ATaskWaitsForTheWritesBeforeIt) {
    WriteBarrier barrier(1);
    std::vector<std::string> ran;
    EXPECT_TRUE(barrier.after_begun([&] { ran.emplace_back("none open"); }));
    auto first = barrier.begin(), second = barrier.begin();
    EXPECT_TRUE(barrier.after_begun([&] { ran.emplace_back("both ended"); }));
    EXPECT_FALSE(barrier.after_begun([&] { ran.emplace_back("too many wait"); }));
    barrier.begin();
    barrier.end(second);
    EXPECT_EQ(ran, (std::vector<std::string>{"none open"}));
    barrier.end(first);
    EXPECT_EQ(ran, (std::vector<std::string>{"none open", "both ended"}));
}

}  // namespace ks::postgres
