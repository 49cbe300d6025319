#include "net/http.h"
#include "net/http_date.h"

#include <gtest/gtest.h>

namespace ks::net {
namespace {

constexpr std::time_t moment = 784111777;  // example of RFC 9110 §5.6.7

TEST(HttpDate, HasThreeForms) {
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), moment);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), moment);
    EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), moment);
    EXPECT_EQ(parse_http_date("Tuesday, 06-Nov-29 08:49:37 GMT"), 1888649377) << "in the next 50 years";
    for (std::time_t time : {std::time_t{0}, moment, std::time_t{4102444800}}) EXPECT_EQ(parse_http_date(http_date(time)), time);
}

TEST(HttpDate, IsNothingElse) {
    for (auto* text : {"", "0", "784111777", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
                       "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT",
                       "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT x", "\"abc\"", "W/\"abc\"", "*"}) {
        EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
    }
    EXPECT_EQ(parse_http_date(std::string(100'000, 'S')), std::nullopt);
}

}  // namespace
}  // namespace ks::net
