#include "edge/router.h"

#include "edge/api.h"

#include <gtest/gtest.h>

#include <set>

namespace ks {
namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    while (path.size() > 1) {
        path.remove_prefix(1);
        segments.emplace_back(path.substr(0, path.find('/')));
        path.remove_prefix(segments.back().size());
    }
    return segments;
}

Match found(std::string_view method, std::string_view path) { return match(method, split(path)); }

TEST(Router, FindsEveryRouteByItsOwnPath) {
    for (const Route& route : routes()) {
        auto result = match(route.method, split(route.path));
        ASSERT_TRUE(result.route) << route.path;
        EXPECT_EQ(result.route, &route) << route.method << ' ' << route.path;
    }
}

TEST(Router, HasEachRouteOnce) {
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const Route& route : routes()) EXPECT_TRUE(seen.emplace(route.method, route.path).second) << route.path;
}

TEST(Router, CapturesWhatStandsForTheBraces) {
    auto result = found("GET", "/api/v1/files/123/content");
    ASSERT_TRUE(result.route);
    EXPECT_EQ(result.route->handler, &api::file_content);
    EXPECT_EQ(result.captures, std::vector<std::string>{"123"});
    EXPECT_EQ(match("GET", {"s", "a/b c"}).captures, std::vector<std::string>{"a/b c"});
}

TEST(Router, PrefersTheNameToTheCapture) {
    EXPECT_EQ(found("GET", "/api/v1/users/me").route->handler, &api::me);
    EXPECT_EQ(found("GET", "/api/v1/shares/received").route->handler, &api::received_shares);
    EXPECT_EQ(found("GET", "/api/v1/files/archive").route->handler, &api::archive_files);
    EXPECT_EQ(found("GET", "/api/v1/shares/abc").route->handler, &api::find_share);
}

TEST(Router, FindsTheRoot) { EXPECT_EQ(match("GET", {}).route->handler, &api::application); }

TEST(Router, NamesTheMethodsOfAKnownPath) {
    auto result = found("PUT", "/api/v1/files/123");
    EXPECT_FALSE(result.route);
    for (auto* method : {"GET", "PATCH", "DELETE"}) EXPECT_NE(result.allowed.find(method), std::string::npos) << result.allowed;
    EXPECT_EQ(found("POST", "/ws").allowed, "GET, HEAD");
    EXPECT_FALSE(found("get", "/ws").route);
}

TEST(Router, AnswersHeadWhereverItAnswersGet) {
    for (const Route& route : routes()) {
        if (route.method != "GET") continue;
        auto result = match("HEAD", split(route.path));
        ASSERT_TRUE(result.route) << route.path;
        EXPECT_EQ(result.route->handler, route.handler) << route.path;
    }
}

TEST(Router, KnowsNoOtherPath) {
    for (auto* path :
         {"/nonsense", "/api", "/api/v1", "/api/v2/files", "/api/v1/files/1/content/2", "/api/v1/Files", "/api/v1/files//content"}) {
        auto result = found("GET", path);
        EXPECT_FALSE(result.route) << path;
        EXPECT_EQ(result.allowed, "") << path;
    }
    EXPECT_FALSE(match("GET", {"s", ""}).route);
    EXPECT_FALSE(match("GET", {""}).route);
    EXPECT_FALSE(match("GET", {"ws", ""}).route);
}

}  // namespace
}  // namespace ks
