#include "engine/seen_versions.h"

#include <gtest/gtest.h>

namespace ks::engine {

TEST(SeenVersionsTest, PassesEachVersionOnceAndNoOlderOne) {
    SeenVersions seen;
    EXPECT_TRUE(seen.is_newer("anna", 2));
    EXPECT_FALSE(seen.is_newer("anna", 2));
    EXPECT_FALSE(seen.is_newer("anna", 1));
    EXPECT_TRUE(seen.is_newer("ben", 1));
    EXPECT_TRUE(seen.is_newer("anna", 3));
    EXPECT_TRUE(seen.has("anna", 2));
    EXPECT_FALSE(seen.has("anna", 4));
}

TEST(SeenVersionsTest, ForgetsAfterHalfAMinuteAtLeast) {
    SeenVersions seen;
    const auto begin = Steady::now();
    seen.expire(begin);
    seen.is_newer("anna", 2);
    seen.expire(begin + std::chrono::seconds(29));
    EXPECT_TRUE(seen.has("anna", 2));
    seen.expire(begin + std::chrono::seconds(30));
    EXPECT_TRUE(seen.has("anna", 2));
    EXPECT_TRUE(seen.is_newer("anna", 3));
    seen.expire(begin + std::chrono::seconds(60));
    EXPECT_TRUE(seen.has("anna", 3));
    seen.expire(begin + std::chrono::seconds(90));
    EXPECT_FALSE(seen.has("anna", 1));
}

}  // namespace ks::engine
