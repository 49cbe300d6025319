#include "model/byte_ranges.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace ks {

TEST(ByteRangesTest, JoinsWhatTouchesOrOverlaps) {
    ByteRanges ranges;
    ranges.add(10, 5);
    ranges.add(20, 5);
    EXPECT_EQ(ranges.size(), 10U);
    ranges.add(15, 5);
    EXPECT_EQ(ranges.encode().size(), 16U);
    ranges.add(12, 100);
    EXPECT_EQ(ranges.size(), 102U);
    EXPECT_FALSE(ranges.covers(112));
    ranges.add(0, 10);
    EXPECT_TRUE(ranges.covers(112));
    EXPECT_FALSE(ranges.covers(113));
}

TEST(ByteRangesTest, AnEmptyFileIsCoveredByNothing) {
    EXPECT_TRUE(ByteRanges().covers(0));
    EXPECT_FALSE(ByteRanges().covers(1));
    ByteRanges ranges;
    ranges.add(5, 0);
    EXPECT_TRUE(ranges.empty());
}

TEST(ByteRangesTest, HoldsWhatASetOfBytesHolds) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        ByteRanges ranges;
        std::vector<bool> bytes(100);
        for (int n = 0; n < 12; ++n) {
            std::uint64_t first = random() % 100, length = random() % (101 - first);
            ranges.add(first, length);
            for (std::uint64_t i = first; i < first + length; ++i) bytes[i] = true;
        }
        EXPECT_EQ(ranges.size(), static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), true)));
        EXPECT_EQ(ByteRanges::parse(ranges.encode()), ranges);
    }
}

TEST(ByteRangesTest, HoldsMoreRatherThanLessAboveItsBound) {
    ByteRanges ranges;
    std::uint64_t added = 0;
    for (std::uint64_t i = 0; i < 10'000; ++i, ++added) ranges.add(i * 3, 1);
    EXPECT_LE(ranges.encode().size(), ByteRanges::max_ranges * 16);
    EXPECT_GE(ranges.size(), added);
    EXPECT_LE(ranges.size(), 3 * added);
}

TEST(ByteRangesTest, TakesAnyBytesForItsStoredForm) {
    EXPECT_TRUE(ByteRanges::parse("short").empty());
    EXPECT_TRUE(ByteRanges::parse(std::string(16, '\xff')).empty());
    ByteRanges largest;
    largest.add(~std::uint64_t{0} - 1, 5);
    EXPECT_EQ(largest.size(), 1U);
}

}  // namespace ks
