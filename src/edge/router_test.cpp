#include "edge/router.h"

#include "edge/api.h"

#include <gtest/gtest.h>

#include <set>

namespace ks::edge {
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

TEST(Router, NamesThePathParameters) {
    auto result = found("GET", "/api/v1/files/123/content");
    ASSERT_TRUE(result.route);
    EXPECT_EQ(result.route->handler, Handler(&api::file_content));
    EXPECT_EQ(result.parameters, (PathParameters{{"id", "123"}}));
    EXPECT_EQ(match("GET", {"s", "a/b c"}).parameters, (PathParameters{{"share_token", "a/b c"}}));
}

TEST(Router, PrefersALiteralPath) {
    EXPECT_EQ(found("GET", "/api/v1/users/me").route->handler, Handler(&api::me));
    EXPECT_EQ(found("GET", "/api/v1/shares/received").route->handler, Handler(&api::received_shares));
    EXPECT_EQ(found("GET", "/api/v1/files/archive").route->handler, Handler(&api::archive_files));
    EXPECT_EQ(found("GET", "/api/v1/shares/abc").route->handler, Handler(&api::find_share));
}

TEST(Router, FindsTheRoot) { EXPECT_EQ(match("GET", {}).route->handler, Handler(&api::application)); }

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

// Routes that need no user: pages, health, protocol documents, and routes that check a password, a code or a token of their own.
const std::set<std::string> public_routes{"POST /api/v1/auth/register",
                                          "POST /api/v1/auth/login",
                                          "POST /api/v1/auth/refresh",
                                          "POST /api/v1/auth/logout",
                                          "POST /api/v1/auth/setup",
                                          "POST /api/v1/auth/reset",  //
                                          "OPTIONS /api/v1/uploads",
                                          "OPTIONS /api/v1/uploads/{id}",
                                          "POST /api/v1/uploads/{id}",  //
                                          "GET /api/v1/public/shares/{share_token}",
                                          "GET /api/v1/public/shares/{share_token}/content",
                                          "GET /s/{share_token}",
                                          "POST /s/{share_token}",  //
                                          "GET /ws",
                                          "GET /",
                                          "GET /assets/{name}",
                                          "GET /setup",
                                          "POST /setup",
                                          "GET /healthz",
                                          "GET /readyz",
                                          "GET /metrics",
                                          "GET /api/openapi.yaml",
                                          "GET /api/asyncapi.yaml"};

// Everything below these paths is administration, except one's own user.
const std::set<std::string> administration{"users", "invitations", "notifications", "ws", "settings", "nodes"};

std::string name_of(const Route& route) { return std::string(route.method) + " " + std::string(route.path); }

TEST(Router, DemandsAUserExceptOnPublicRoutes) {
    std::set<std::string> found;
    for (const Route& route : routes()) {
        if (route.access == Access::Anyone) found.insert(name_of(route));
    }
    EXPECT_EQ(found, public_routes);
}

TEST(Router, DemandsAnAdministratorForAdministration) {
    for (const Route& route : routes()) {
        auto segments = split(route.path);
        bool administers = segments.size() > 2 && segments[0] == "api" && administration.contains(segments[2]);
        administers = administers && route.path != "/api/v1/users/me";
        EXPECT_EQ(route.access == Access::Admin, administers) << name_of(route);
    }
}

TEST(Router, AdmitsAnExpiredTokenToUploadsAlone) {
    for (const Route& route : routes()) {
        if (route.access != Access::UploadOwner) continue;
        EXPECT_TRUE(route.path.starts_with("/api/v1/uploads")) << name_of(route);
        EXPECT_TRUE(route.precondition) << name_of(route);
    }
}

TEST(Router, LimitsTheApiAndSharesAndNothingElse) {
    for (const Route& route : routes()) {
        auto segments = split(route.path);
        bool is_limited = !segments.empty() && (segments[0] == "api" || segments[0] == "s");
        EXPECT_EQ(route.limit != Limit::None, is_limited) << name_of(route);
        if (route.path.starts_with("/api/v1/uploads")) {
            EXPECT_EQ(route.limit, Limit::Transfers) << name_of(route);
        }
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
}  // namespace ks::edge
