#include "model/share.h"

#include <gtest/gtest.h>

namespace ks {
namespace {

const Time now = from_millis(1'800'000'000'000);

TEST(Share, WithoutLimitsIsActiveForever) {
    Share share;
    share.download_count = 1'000'000;
    EXPECT_EQ(share.state(now), ShareState::Active);
    EXPECT_FALSE(share.has_ended(now));
}

TEST(Share, ExpiresAtItsTimeToTheMillisecond) {
    Share share{.expires_at = now};
    EXPECT_EQ(share.state(now - Duration(1)), ShareState::Active);
    EXPECT_FALSE(share.has_ended(now - Duration(1)));
    EXPECT_EQ(share.state(now), ShareState::Expired);
    EXPECT_TRUE(share.has_ended(now));
}

TEST(Share, StaysEndedOnceItsEndWasAnnounced) {
    Share share{.ended_at = now - Duration(1)};
    EXPECT_EQ(share.state(now), ShareState::Expired);
}

TEST(Share, IsUsedUpByTheLastDownload) {
    Share share{.max_downloads = 2, .download_count = 1};
    EXPECT_EQ(share.state(now), ShareState::Active);
    share.download_count = 2;
    EXPECT_EQ(share.state(now), ShareState::UsedUp);
    EXPECT_TRUE(share.has_ended(now));
}

TEST(Share, WhoseLastDownloadIsUnderWayTakesNoMoreButHasNotEnded) {
    Share share{.max_downloads = 2, .download_count = 1, .downloads_under_way = 1};
    EXPECT_EQ(share.state(now), ShareState::UsedUp);
    EXPECT_TRUE(share.limit_reached());
    EXPECT_FALSE(share.has_ended(now));
    share.downloads_under_way = 0;
    EXPECT_EQ(share.state(now), ShareState::Active);
}

TEST(Share, ThatIsUsedUpSaysSoAlsoWhenItsTimeIsOver) {
    Share share{.expires_at = now, .max_downloads = 1, .download_count = 1, .ended_at = now};
    EXPECT_EQ(share.state(now), ShareState::UsedUp);
}

TEST(ShareState, HasTheContractsNames) {
    EXPECT_EQ(name_of(ShareState::Active), "active");
    EXPECT_EQ(name_of(ShareState::Expired), "expired");
    EXPECT_EQ(name_of(ShareState::UsedUp), "used_up");
}

TEST(Visit, LastsThirtyMinutes) { EXPECT_EQ(visit_length, std::chrono::minutes(30)); }

}  // namespace
}  // namespace ks
