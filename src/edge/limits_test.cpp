#include "edge/limits.h"

#include <gtest/gtest.h>

namespace ks::edge {
namespace {

using namespace std::chrono_literals;

const Time start = from_millis(1'800'000'000'000);

template <class Limit>
int taken_of(int tries, Limit take) {
    int taken = 0;
    for (int i = 0; i < tries; ++i) taken += take();
    return taken;
}

TEST(RateLimit, LetsTheBurstThroughAndNoMore) {
    RateLimit limit(Rate{10, 20});
    EXPECT_EQ(taken_of(100, [&] { return limit.take("a", start); }), 20);
}

TEST(RateLimit, RefillsAtTheRateUpToTheBurst) {
    RateLimit limit(Rate{10, 20});
    auto at = [&](Duration later) { return taken_of(100, [&] { return limit.take("a", start + later); }); };
    EXPECT_EQ(at(0ms), 20);
    EXPECT_EQ(at(99ms), 0);
    EXPECT_EQ(at(100ms), 1);
    EXPECT_EQ(at(600ms), 5);
    EXPECT_EQ(at(1h), 20);
}

TEST(RateLimit, WorksBelowOneASecond) {
    RateLimit logins(Rate{10.0 / 60, 10});
    EXPECT_EQ(taken_of(100, [&] { return logins.take("a", start); }), 10);
    EXPECT_FALSE(logins.take("a", start + 5900ms));
    EXPECT_TRUE(logins.take("a", start + 6s));
    Error refusal = logins.refusal("Too many attempts");
    EXPECT_EQ(refusal.code, ErrorCode::RateLimited);
    EXPECT_EQ(refusal.retry_after, 6s);
    EXPECT_EQ(refusal.message, "Too many attempts; try again in 6 seconds");
}

TEST(RateLimit, ForgivesAClockThatWasSetBack) {
    RateLimit limit(Rate{1, 3});
    EXPECT_EQ(taken_of(10, [&] { return limit.take("a", start); }), 3);
    EXPECT_TRUE(limit.take("a", start - 1h));
}

TEST(RateLimit, IsPerKey) {
    RateLimit limit(Rate{1, 1});
    int apart = 0;
    for (int i = 0; i < 50; ++i) apart += limit.take("key " + std::to_string(i), start);
    EXPECT_GE(apart, 48);
    EXPECT_FALSE(limit.take("key 0", start));
}

TEST(RateLimit, GivesBackWhatDidNotCount) {
    RateLimit limit(Rate{1, 2});
    EXPECT_TRUE(limit.take("a", start));
    EXPECT_TRUE(limit.take("a", start));
    limit.refund("a");
    EXPECT_TRUE(limit.take("a", start));
    EXPECT_FALSE(limit.take("a", start));
}

TEST(RateLimit, NeverHoldsMoreThanTheBurst) {
    RateLimit limit(Rate{1, 2});
    for (int i = 0; i < 10; ++i) limit.refund("a");
    EXPECT_EQ(taken_of(10, [&] { return limit.take("a", start); }), 2);
}

TEST(TokenBucket, LetsTheBurstThroughAndRefillsAtTheRate) {
    const Rate rate{10, 20};
    TokenBucket bucket;
    auto at = [&](Duration later) { return taken_of(100, [&] { return bucket.take(rate, start + later); }); };
    EXPECT_EQ(at(0ms), 20);
    EXPECT_EQ(at(50ms), 0);
    EXPECT_EQ(at(155ms), 1);
    EXPECT_EQ(at(1h), 20);
}

TEST(TokenBucket, GivesNothingForAClockThatGoesBack) {
    const Rate rate{10, 20};
    TokenBucket bucket;
    taken_of(20, [&] { return bucket.take(rate, start); });
    EXPECT_FALSE(bucket.take(rate, start - 1h));
    EXPECT_EQ(taken_of(100, [&] { return bucket.take(rate, start - 1h + 100ms); }), 1);
}

}  // namespace
}  // namespace ks::edge
