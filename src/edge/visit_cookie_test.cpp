#include "edge/visit_cookie.h"

#include <gtest/gtest.h>

namespace ks::edge {

namespace {

const std::string key(32, 'k');
const std::string id = make_visit_id();

}  // namespace

TEST(VisitCookieTest, IsGoodForItsShareAlone) {
    std::string cookie = add_visit_id("", key, "one", id);
    EXPECT_EQ(find_visit_id(cookie, key, "one"), id);
    EXPECT_FALSE(find_visit_id(cookie, key, "two"));
}

TEST(VisitCookieTest, HoldsTheNewestShares) {
    std::string cookie;
    for (int i = 0; i < 30; ++i) cookie = add_visit_id(cookie, key, std::to_string(i), id);
    EXPECT_TRUE(find_visit_id(cookie, key, "29"));
    EXPECT_TRUE(find_visit_id(cookie, key, "14"));
    EXPECT_FALSE(find_visit_id(cookie, key, "13"));
    EXPECT_LT(cookie.size(), 1000U);
}

TEST(VisitCookieTest, ANewIdReplacesTheOldOne) {
    std::string cookie = add_visit_id("", key, "one", id), other = make_visit_id();
    EXPECT_EQ(find_visit_id(add_visit_id(cookie, key, "one", other), key, "one"), other);
}

TEST(VisitCookieTest, NobodyElseMakesOne) {
    for (const std::string& value : {std::string("chosen"), std::string(48, 'A'), std::string(4000, 'A'), std::string("====")}) {
        EXPECT_FALSE(find_visit_id(value, key, "one"));
    }
    EXPECT_FALSE(find_visit_id(add_visit_id("", std::string(32, 'x'), "one", id), key, "one"));
}

}  // namespace ks::edge
