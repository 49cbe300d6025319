#include "edge/bots.h"

#include <gtest/gtest.h>

namespace ks::edge {
namespace {

net::Request get(net::HeaderList headers) {
    net::Request request;
    request.method = "GET";
    request.headers = std::move(headers);
    return request;
}

bool is_robot_by_agent(const char* agent) { return is_robot(get({{"User-Agent", agent}})); }

TEST(Bots, AreKnownByTheirUserAgents) {
    EXPECT_TRUE(is_robot_by_agent("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"));
    EXPECT_TRUE(is_robot_by_agent("WhatsApp/2.23.20.0"));
    EXPECT_TRUE(is_robot_by_agent("Mozilla/5.0 (Windows NT 10.0; Microsoft Outlook 16.0.5266; Microsoft Office)"));
    EXPECT_TRUE(is_robot_by_agent("facebookexternalhit/1.1"));
}

TEST(Bots, AreNoPeopleAndPrograms) {
    EXPECT_FALSE(is_robot_by_agent("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"));
    EXPECT_FALSE(is_robot_by_agent("Mozilla/5.0 (Linux; Android 13; CUBOT_X70) AppleWebKit/537.36"));
    EXPECT_FALSE(is_robot_by_agent("curl/8.11.0"));
    EXPECT_FALSE(is_robot(get({})));
}

TEST(Bots, SoArePrefetchingBrowsersAndHead) {
    EXPECT_TRUE(is_robot(get({{"Sec-Purpose", "prefetch;prerender"}})));
    EXPECT_TRUE(is_robot(get({{"X-Purpose", "preview"}})));
    EXPECT_FALSE(is_robot(get({{"Purpose", "navigate"}})));
    net::Request head = get({});
    head.method = "HEAD";
    EXPECT_TRUE(is_robot(head));
}

}  // namespace
}  // namespace ks::edge
