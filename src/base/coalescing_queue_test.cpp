#include "base/coalescing_queue.h"

#include <gtest/gtest.h>

namespace ks {
namespace {

TEST(CoalescingQueue, FindsTheNewestOfAKeyThatWaits) {
    CoalescingQueue<int> queue;
    EXPECT_EQ(queue.find("a"), nullptr);
    queue.push(1, "a");
    queue.push(2);
    queue.push(3, "b");
    EXPECT_EQ(queue.find(""), nullptr);
    EXPECT_EQ(*queue.find("a"), 1);
    *queue.find("a") = 10;
    EXPECT_EQ(queue.front(), 10);
    EXPECT_EQ(queue.find("a", 1), nullptr);
    queue.push(4, "a");
    EXPECT_EQ(*queue.find("a", 1), 4);
    queue.pop_front();
    EXPECT_EQ(*queue.find("a"), 4);
    EXPECT_EQ(queue[0], 2);
    for (int expected : {2, 3, 4}) {
        EXPECT_EQ(queue.front(), expected);
        queue.pop_front();
    }
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.find("a"), nullptr);
    EXPECT_EQ(queue.find("b"), nullptr);
}

}  // namespace
}  // namespace ks
