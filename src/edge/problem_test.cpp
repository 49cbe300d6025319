#include "edge/problem.h"

#include "codec/json.h"

#include <gtest/gtest.h>

namespace ks::edge {
namespace {

std::string header_of(const net::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) return value;
    }
    return "absent";
}

TEST(Problem, IsRfc9457WithTheCode) {
    auto response = problem({ErrorCode::NotFound, "There is no such file"});
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(header_of(response, "Content-Type"), "application/problem+json");
    EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
    EXPECT_EQ(response.body,
              R"({"type":"about:blank","title":"Not found","status":404,"detail":"There is no such file","code":"NOT_FOUND"})");
}

TEST(Problem, NamesTheField) {
    auto body = codec::JsonObject::parse(problem(bad_field("password", "too short").value()).body);
    EXPECT_EQ(body->string("field").value(), "password");
    EXPECT_EQ(body->string("code").value(), "INVALID_REQUEST");
    EXPECT_FALSE(codec::JsonObject::parse(problem({ErrorCode::NotFound, ""}).body)->has("field"));
}

TEST(Problem, MayHaveAnotherStatusThanItsCode) {
    auto response = problem({ErrorCode::InvalidRequest, "The head is too large"}, 431);
    EXPECT_EQ(response.status, 431);
    EXPECT_EQ(codec::JsonObject::parse(response.body)->optional_integer("status", 0, 999).value(), 431);
}

TEST(Problem, KeepsTheDetailForTheLog) {
    auto error = internal_error("SELECT failed at 10.0.0.7").value();
    EXPECT_EQ(problem(error).status, 500);
    EXPECT_EQ(problem(error).body.find("10.0.0.7"), std::string::npos);
    EXPECT_EQ(error_message(error).find("10.0.0.7"), std::string::npos);
}

TEST(Problem, HasTheContractsStatus) {
    const std::pair<ErrorCode, int> table[] = {
        {ErrorCode::InvalidMessage, 400},
        {ErrorCode::AuthenticationRequired, 401},
        {ErrorCode::InvalidToken, 401},
        {ErrorCode::RateLimited, 429},
        {ErrorCode::InternalError, 500},
        {ErrorCode::InvalidRequest, 400},
        {ErrorCode::InvalidCredentials, 401},
        {ErrorCode::Forbidden, 403},
        {ErrorCode::NotFound, 404},
        {ErrorCode::MethodNotAllowed, 405},
        {ErrorCode::Conflict, 409},
        {ErrorCode::Gone, 410},
        {ErrorCode::PreconditionFailed, 412},
        {ErrorCode::TooLarge, 413},
        {ErrorCode::UnsupportedMediaType, 415},
        {ErrorCode::RangeNotSatisfiable, 416},
        {ErrorCode::UpgradeRequired, 426},
        {ErrorCode::ChecksumMismatch, 460},
        {ErrorCode::Unavailable, 503},
        {ErrorCode::QuotaExceeded, 507},
        {ErrorCode::StorageFull, 507},
    };
    for (auto [code, status] : table) EXPECT_EQ(problem({code, "x"}).status, status) << error_info(code).code;
}

TEST(Problem, SaysWhenToTryAgain) {
    using std::chrono::seconds;
    EXPECT_EQ(header_of(problem({.code = ErrorCode::RateLimited, .retry_after = seconds(7)}), "Retry-After"), "7");
    EXPECT_EQ(header_of(problem({.code = ErrorCode::RateLimited, .retry_after = seconds(0)}), "Retry-After"), "1");
    EXPECT_EQ(header_of(problem({ErrorCode::Unavailable, "x"}), "Retry-After"), "1");
    EXPECT_EQ(header_of(problem({ErrorCode::NotFound, "x"}), "Retry-After"), "absent");
}

TEST(Problem, SaysHowToSignInAndHowToUpgrade) {
    EXPECT_EQ(header_of(problem({ErrorCode::AuthenticationRequired, "x"}), "WWW-Authenticate"), "Bearer");
    EXPECT_EQ(header_of(problem({ErrorCode::InvalidToken, "x"}), "WWW-Authenticate"), "Bearer");
    EXPECT_EQ(header_of(problem({ErrorCode::UpgradeRequired, "x"}), "Upgrade"), "websocket");
    EXPECT_EQ(header_of(problem({ErrorCode::UpgradeRequired, "x"}), "Connection"), "Upgrade");
}

TEST(ErrorMessage, IsTheSeeds) {
    EXPECT_EQ(error_message({ErrorCode::RateLimited, "Slow down"}),
              R"({"type":"Error","data":{"code":"RATE_LIMITED","message":"Slow down"}})");
}

TEST(CloseCode, BelongsToTheError) {
    EXPECT_EQ(close_code(ErrorCode::InvalidToken), CloseCode{4401});
    EXPECT_EQ(close_code(ErrorCode::AuthenticationRequired), CloseCode{4401});
    EXPECT_EQ(close_code(ErrorCode::ConnectionLimit), CloseCode{1013});
    EXPECT_EQ(close_code(ErrorCode::RateLimited), CloseCode{1008});
    EXPECT_EQ(close_code(ErrorCode::InvalidMessage), CloseCode{4404});
    EXPECT_EQ(close_code(ErrorCode::InternalError), CloseCode{1011});
}

}  // namespace
}  // namespace ks::edge
