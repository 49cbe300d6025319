#include "engine/download_monitor.h"

#include <gtest/gtest.h>

#include <vector>

namespace ks::engine {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class RecordingBus final : public Bus {
public:
    void publish(BusMessages published) override {
        for (const auto& message : published) messages.push_back(std::get<EventDelivery>(*message).message);
    }
    void subscribe(std::function<void(BusMessages)>) override {}
    std::vector<std::string> messages;
};

class DownloadMonitorTest : public testing::Test {
protected:
    // Reports progress of `rate` bytes every second.
    void advance(int for_seconds, std::uint64_t rate) {
        for (int i = 0; i < for_seconds; ++i) {
            now_ += seconds(1);
            bytes_ += rate;
            monitor_.report(
                facts_, 1, bytes_, [this] { ++cuts_; }, now_);
        }
    }

    RecordingBus bus_;
    ManualClock clock_{Time{}};
    DownloadMonitor monitor_{bus_, clock_, Duration(200)};
    DownloadFacts facts_{DownloadId::make(), ShareId::make(), FileId::make(), UserId::make(), 7, 1'000'000};
    Steady::time_point now_ = Steady::time_point(seconds(1000));
    std::uint64_t bytes_ = 0;
    int cuts_ = 0;
};

}  // namespace

TEST_F(DownloadMonitorTest, TellsTheOwnerHowFarItIs) {
    advance(1, 5000);
    ASSERT_EQ(bus_.messages.size(), 1U);
    EXPECT_NE(bus_.messages[0].find(R"("visitor":7,"bytes_sent":5000,"total_bytes":1000000)"), std::string::npos);
    monitor_.report(
        facts_, 2, 7000, [] {}, now_ + milliseconds(100));
    EXPECT_EQ(bus_.messages.size(), 1U) << "not more often than the interval";
    monitor_.end_request(facts_, 2, 7001, now_ + milliseconds(300));
    ASSERT_EQ(bus_.messages.size(), 2U);
    EXPECT_NE(bus_.messages[1].find(R"("bytes_sent":12001)"), std::string::npos);
}

TEST_F(DownloadMonitorTest, ASlowOneIsLeftAloneAsLongAsItIsInNobodysWay) {
    advance(200, 10);
    EXPECT_FALSE(monitor_.cut_slow(now_));
    monitor_.note_refusal(ShareId::make(), now_);
    monitor_.cut_slow(now_);
    EXPECT_EQ(cuts_, 0);
}

TEST_F(DownloadMonitorTest, ASlowOneIsCutWhileOthersAreRefused) {
    advance(30, 8_KiB - 1);
    monitor_.note_refusal(facts_.share_id, now_);
    advance(25, 8_KiB - 1);
    EXPECT_TRUE(monitor_.cut_slow(now_));
    EXPECT_EQ(cuts_, 0) << "not before it was slow for a minute";
    advance(6, 8_KiB - 1);
    EXPECT_TRUE(monitor_.cut_slow(now_));
    EXPECT_EQ(cuts_, 1);
}

TEST_F(DownloadMonitorTest, ABurstAtTheBeginningDoesNotHelpForLong) {
    advance(1, 10'000'000);
    advance(64, 10);
    monitor_.note_refusal(facts_.share_id, now_);
    monitor_.cut_slow(now_);
    EXPECT_EQ(cuts_, 1);
}

TEST_F(DownloadMonitorTest, OneThatIsFastEnoughIsNotCut) {
    advance(300, 8_KiB);
    monitor_.note_refusal(facts_.share_id, now_);
    monitor_.cut_slow(now_);
    EXPECT_EQ(cuts_, 0);
}

TEST_F(DownloadMonitorTest, RefusalsAreForgottenAfterAMinute) {
    monitor_.note_refusal(facts_.share_id, now_);
    advance(62, 10);
    EXPECT_FALSE(monitor_.cut_slow(now_));
    EXPECT_EQ(cuts_, 0);
}

TEST_F(DownloadMonitorTest, WhatIsOverIsForgotten) {
    advance(100, 10);
    monitor_.end_download(facts_.id);
    monitor_.note_refusal(facts_.share_id, now_);
    monitor_.cut_slow(now_);
    EXPECT_EQ(cuts_, 0);
}

}  // namespace ks::engine
