#include "base/clock.h"

#include <gtest/gtest.h>

namespace ks {
namespace {

std::string read(std::string_view text) {
    auto time = parse_rfc3339(text);
    return time ? rfc3339(*time) : "refused";
}

TEST(Rfc3339, IsWrittenInUtcToTheMillisecond) {
    EXPECT_EQ(rfc3339(from_millis(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(rfc3339(from_millis(1'800'000'000'123)), "2027-01-15T08:00:00.123Z");
    EXPECT_EQ(rfc3339(from_millis(1'709'210'096'007)), "2024-02-29T12:34:56.007Z");
}

TEST(Rfc3339, ReadsAnyOffset) {
    EXPECT_EQ(read("2026-01-31T12:00:00Z"), "2026-01-31T12:00:00.000Z");
    EXPECT_EQ(read("2026-01-31t12:00:00z"), "2026-01-31T12:00:00.000Z");
    EXPECT_EQ(read("2026-01-31 12:00:00+00:00"), "2026-01-31T12:00:00.000Z");
    EXPECT_EQ(read("2026-01-31T12:00:00+05:30"), "2026-01-31T06:30:00.000Z");
    EXPECT_EQ(read("2026-01-31T20:00:00-08:00"), "2026-02-01T04:00:00.000Z");
}

TEST(Rfc3339, KeepsMillisecondsOfAnyFraction) {
    EXPECT_EQ(read("2026-01-31T12:00:00.5Z"), "2026-01-31T12:00:00.500Z");
    EXPECT_EQ(read("2026-01-31T12:00:00.05Z"), "2026-01-31T12:00:00.050Z");
    EXPECT_EQ(read("2026-01-31T12:00:00.123456789123456789Z"), "2026-01-31T12:00:00.123Z");
}

TEST(Rfc3339, TakesALeapSecond) { EXPECT_EQ(read("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00.000Z"); }

TEST(Rfc3339, RefusesWhatIsNoMoment) {
    for (auto* text : {"",
                       "tomorrow",
                       "2026-01-31",
                       "2026-01-31T12:00:00",
                       "2026-01-31T12:00Z",
                       "2026-02-29T12:00:00Z",
                       "2026-13-01T12:00:00Z",
                       "2026-00-10T12:00:00Z",
                       "2026-01-31T24:00:00Z",
                       "2026-01-31T12:60:00Z",
                       "2026-01-31T12:00:61Z",
                       "2026-01-31T12:00:00.Z",
                       "2026-01-31T12:00:00Zz",
                       "2026-01-31T12:00:00+24:00",
                       "2026-01-31T12:00:00+0100",
                       "2026-1-31T12:00:00Z",
                       "-026-01-31T12:00:00Z",
                       "2026-01-31T12:-1:00Z",
                       "+2026-01-31T12:00:00Z",
                       "2026-01-31T12:00:00Z ",
                       "1800000000"}) {
        EXPECT_EQ(read(text), "refused") << text;
    }
}

TEST(Rfc3339, RefusesWhatIsAfter9999) {
    EXPECT_EQ(read("9999-12-31T23:59:59.999Z"), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(read("9999-12-31T23:59:60Z"), "refused");
    EXPECT_EQ(read("9999-12-31T23:59:59-00:01"), "refused");
}

TEST(Rfc3339, RefusesWhatIsBefore1970) {
    EXPECT_EQ(read("1969-12-31T23:59:59Z"), "refused");
    EXPECT_EQ(read("1970-01-01T00:00:00+01:00"), "refused");
    EXPECT_EQ(read("1970-01-01T00:00:00Z"), "1970-01-01T00:00:00.000Z");
}

TEST(ManualClock, StandsStillUntilItIsTold) {
    ManualClock clock(from_millis(5'000));
    EXPECT_EQ(to_millis(clock.now()), 5'000);
    EXPECT_EQ(to_millis(clock.now()), 5'000);
    clock.advance(std::chrono::seconds(2));
    EXPECT_EQ(to_millis(clock.now()), 7'000);
}

}  // namespace
}  // namespace ks
