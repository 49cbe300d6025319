#include "edge/visit_cookie.h"

#include <gtest/gtest.h>

namespace ks {

namespace {

net::Request with_cookie(const std::string& set_cookie) {
    net::Request request;
    request.headers.emplace_back("Cookie", set_cookie.substr(0, set_cookie.find(';')));
    return request;
}

class VisitCookieTest : public testing::Test {
protected:
    VisitCookieTest() { settings.visit_cookie_key = std::string(32, 'k'); }

    EdgeSettings settings{.public_url = "http://localhost:8080"};
    const std::string id = make_visit_id();
};

}  // namespace

TEST_F(VisitCookieTest, IsGoodForItsShareAlone) {
    auto request = with_cookie(visit_cookie_header({}, settings, "one", id));
    EXPECT_EQ(find_visit_cookie(request, settings, "one"), id);
    EXPECT_FALSE(find_visit_cookie(request, settings, "two"));
}

TEST_F(VisitCookieTest, HoldsTheNewestShares) {
    net::Request request;
    for (int i = 0; i < 30; ++i) request = with_cookie(visit_cookie_header(request, settings, std::to_string(i), id));
    EXPECT_TRUE(find_visit_cookie(request, settings, "29"));
    EXPECT_TRUE(find_visit_cookie(request, settings, "14"));
    EXPECT_FALSE(find_visit_cookie(request, settings, "13"));
    EXPECT_LT(request.header("Cookie").size(), 1000U);
}

TEST_F(VisitCookieTest, ANewIdReplacesTheOldOne) {
    auto request = with_cookie(visit_cookie_header({}, settings, "one", id));
    std::string other = make_visit_id();
    request = with_cookie(visit_cookie_header(request, settings, "one", other));
    EXPECT_EQ(find_visit_cookie(request, settings, "one"), other);
}

TEST_F(VisitCookieTest, NobodyElseMakesOne) {
    for (std::string value : {std::string("chosen"), std::string(48, 'A'), std::string(4000, 'A'), std::string("====")}) {
        EXPECT_FALSE(find_visit_cookie(with_cookie("ks_visit=" + value), settings, "one"));
    }
    auto request = with_cookie(visit_cookie_header({}, settings, "one", id));
    settings.visit_cookie_key = std::string(32, 'x');
    EXPECT_FALSE(find_visit_cookie(request, settings, "one"));
}

TEST_F(VisitCookieTest, OverTlsNoOtherHostPlantsIt) {
    settings.public_url = "https://files.example.org";
    std::string header = visit_cookie_header({}, settings, "one", id);
    EXPECT_TRUE(header.starts_with("__Host-ks_visit="));
    EXPECT_NE(header.find("; Path=/;"), std::string::npos);
    EXPECT_NE(header.find("; Secure"), std::string::npos);
    EXPECT_EQ(find_visit_cookie(with_cookie(header), settings, "one"), id);
}

}  // namespace ks
