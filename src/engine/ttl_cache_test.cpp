#include "engine/ttl_cache.h"

#include <gtest/gtest.h>

namespace ks::engine {

namespace {

using std::chrono::milliseconds;

const Steady::time_point noon = Steady::now();

AsOf as_of(std::uint64_t change, milliseconds since_noon = {}) { return {change, noon + since_noon}; }

TEST(TtlCache, KnowsNothingAtFirst) {
    TtlCache<int> recent(8);
    EXPECT_EQ(recent.find("question", as_of(0)), nullptr);
}

TEST(TtlCache, AnswersWhatItWasTold) {
    TtlCache<int> recent(8);
    recent.keep("question", 42, as_of(3));
    ASSERT_NE(recent.find("question", as_of(3)), nullptr);
    EXPECT_EQ(*recent.find("question", as_of(3)), 42);
    EXPECT_EQ(recent.find("another", as_of(3)), nullptr);
}

TEST(TtlCache, ForgetsWithAChange) {
    TtlCache<int> recent(8);
    recent.keep("question", 42, as_of(3));
    EXPECT_EQ(recent.find("question", as_of(4)), nullptr);
}

TEST(TtlCache, DoesNotTrustALookThatAChangeOvertook) {
    TtlCache<int> recent(8);
    AsOf before = as_of(3);
    recent.keep("question", 42, before);  // the lookup ended after change 4
    EXPECT_EQ(recent.find("question", as_of(4)), nullptr);
}

TEST(TtlCache, ForgetsAfterASecondSinceTheLookBegan) {
    TtlCache<int> recent(8);
    recent.keep("question", 42, as_of(0));
    EXPECT_NE(recent.find("question", as_of(0, milliseconds(999))), nullptr);
    EXPECT_EQ(recent.find("question", as_of(0, milliseconds(1000))), nullptr);
}

TEST(TtlCache, TakesNoAnswerForAnothersInTheSamePlace) {
    TtlCache<int> recent(1);
    recent.keep("one", 1, as_of(0));
    recent.keep("two", 2, as_of(0));
    EXPECT_EQ(recent.find("one", as_of(0)), nullptr);
    EXPECT_EQ(*recent.find("two", as_of(0)), 2);
}

}  // namespace

}  // namespace ks::engine
