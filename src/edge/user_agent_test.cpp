#include "edge/user_agent.h"

#include <gtest/gtest.h>

namespace ks::edge {

TEST(UserAgentTest, NamesBrowsersAndPrograms) {
    EXPECT_EQ(client_name("Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0"), "Firefox on Android");
    EXPECT_EQ(client_name("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
                          "Safari/537.36 Edg/131.0.0.0"),
              "Edge on Windows");
    EXPECT_EQ(client_name("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
                          "Mobile/15E148 Safari/604.1"),
              "Safari on iOS");
    EXPECT_EQ(client_name("curl/8.11.0"), "curl");
    EXPECT_EQ(client_name("aria2/1.36.0"), "aria2");
    EXPECT_EQ(client_name("Mozilla/5.0"), "Browser");
}

TEST(UserAgentTest, ShowsNothingThatAStrangerMayWantToShow) {
    EXPECT_EQ(client_name(""), "Unknown");
    EXPECT_EQ(client_name("<script>alert(1)</script>"), "Unknown");
    EXPECT_EQ(client_name("evil\x1b[31m"), "evil");
    EXPECT_LE(client_name(std::string(1000, 'a')).size(), 48U);
}

}  // namespace ks::edge
