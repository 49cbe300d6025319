#include "engine/stream_replay_test.h"

#include <gtest/gtest.h>

namespace ks::engine {
namespace {

using Log = std::vector<std::string>;

// Log of a replay's actions: the position of each sent event, "open", "read AFTER", "resumed REPLAYED COMPLETE AT".
class Recording final : public StreamReplayActions {
public:
    void open(Since) override { log.push_back("open"); }
    void read(std::int64_t after) override { log.push_back("read " + std::to_string(after)); }
    void send(const JournalEntry& entry) override { log.push_back(std::to_string(entry.position.index)); }
    void send_transient(const EventDelivery& delivery, StreamPosition) override { log.push_back(delivery.message); }
    void send_resumed(std::uint64_t replayed, bool complete, StreamPosition at) override {
        log.push_back("resumed " + std::to_string(replayed) + (complete ? " whole " : " broken ") + std::to_string(at.index));
    }
    void await_sent() override {}
    void overflow() override { log.push_back("overflow"); }
    void on_gap() override { log.push_back("lose"); }

    Log take() { return std::exchange(log, {}); }

    Log log;
};

struct StreamReplayTest : testing::Test {
    void begin(Since since) {
        replay.emplace(did, since, 100);
        replay->start();
        EXPECT_EQ(did.take(), Log{"open"});
    }
    Log opened(std::int64_t from, std::int64_t head, const std::vector<std::int64_t>& positions = {}, bool complete = true) {
        Opening opening{.complete = complete, .from = at(from), .head = at(head)};
        for (auto position : positions) opening.entries.push_back(entry(position));
        replay->on_opened(std::move(opening));
        return did.take();
    }
    Log paged(std::int64_t head, const std::vector<std::int64_t>& positions) {
        JournalPage page{.head = head};
        for (auto position : positions) page.entries.push_back(entry(position));
        replay->on_page(std::move(page));
        return did.take();
    }
    Log sent() {
        replay->on_sent();
        return did.take();
    }
    Log commits(std::int64_t position) {
        if (replay->on_committed(at(position))) did.log.push_back("live " + std::to_string(position));
        return did.take();
    }
    Log passes(const std::string& message, const std::string& key = {}) {
        if (replay->on_transient(passing(message, key))) did.log.push_back("live " + message);
        return did.take();
    }

    const Since now{Since::Kind::Now}, start{Since::Kind::Start}, after_two{Since::Kind::Position, at(2)};
    Recording did;
    std::optional<StreamReplay> replay;
};

// A read of the journal may deliver FileUploaded before the pending progress of the file arrives.
TEST_F(StreamReplayTest, ProgressDoesNotFollowTheArrivalOfItsFile) {
    begin(start);
    auto file = SubjectId::make(), other = SubjectId::make();
    EventDelivery progress{.type = "UploadProgress", .subject = file, .message = "p", .recipients = {.users = {anna}}};
    EventDelivery of_another = progress;
    of_another.subject = other;
    Opening opening{.complete = true, .from = at(0), .head = at(1)};
    opening.entries.push_back({.position = at(1), .type = "FileUploaded", .subject = file, .message = "{}"});
    replay->on_opened(std::move(opening));
    EXPECT_EQ(did.take(), (Log{"1", "resumed 1 whole 1"}));
    EXPECT_FALSE(replay->on_transient(progress));
    EXPECT_TRUE(replay->on_transient(of_another));
    EXPECT_FALSE(replay->on_committed(at(1)));
    EXPECT_EQ(did.take(), Log{});
}

TEST_F(StreamReplayTest, NowIsLiveAtOnce) {
    begin(now);
    EXPECT_EQ(opened(7, 7), Log{"resumed 0 whole 7"});
    EXPECT_EQ(commits(8), Log{"live 8"});
    EXPECT_EQ(passes("p"), Log{"live p"});
    EXPECT_EQ(replay->position(), at(8));
}

TEST_F(StreamReplayTest, NowIsTheMomentOfTheStartNotOfTheAnswer) {
    begin(now);
    EXPECT_EQ(passes("p"), Log{});
    EXPECT_EQ(commits(8), Log{});
    EXPECT_EQ(opened(9, 9), (Log{"resumed 0 whole 7", "read 7"}));
    EXPECT_EQ(paged(9, {8, 9}), (Log{"p", "8", "9"}));
    EXPECT_EQ(commits(9), Log{});
    EXPECT_EQ(commits(10), Log{"live 10"});
}

TEST_F(StreamReplayTest, ReplaysPageByPageAsItIsTaken) {
    begin(after_two);
    EXPECT_EQ(opened(2, 6, {3, 4}), (Log{"3", "4"}));
    EXPECT_EQ(sent(), Log{"read 4"});
    EXPECT_EQ(paged(6, {5, 6}), (Log{"5", "6", "resumed 4 whole 6"}));
    EXPECT_EQ(commits(7), Log{"live 7"});
    EXPECT_EQ(sent(), Log{});
}

TEST_F(StreamReplayTest, ResumedStandsBetweenWhatWasMissedAndWhatCameMeanwhile) {
    begin(after_two);
    EXPECT_EQ(opened(2, 4, {3}), Log{"3"});
    EXPECT_EQ(commits(5), Log{});
    EXPECT_EQ(passes("p"), Log{});
    EXPECT_EQ(commits(6), Log{});
    EXPECT_EQ(sent(), Log{"read 3"});
    EXPECT_EQ(paged(6, {4, 5, 6}), (Log{"4", "resumed 2 whole 4", "5", "p", "6"}));
}

TEST_F(StreamReplayTest, ACursorThatIsNotOursGetsWhatIsLive) {
    begin({Since::Kind::Foreign});
    EXPECT_EQ(opened(9, 9, {}, false), Log{"resumed 0 broken 9"});
    EXPECT_EQ(commits(10), Log{"live 10"});
}

TEST_F(StreamReplayTest, WhatIsLostIsFetched) {
    begin(now);
    opened(7, 7);
    EXPECT_EQ(commits(9), Log{"read 7"});
    EXPECT_EQ(commits(10), Log{});
    EXPECT_EQ(passes("p"), Log{});
    EXPECT_EQ(paged(9, {8, 9}), (Log{"8", "9"}));
    EXPECT_EQ(sent(), Log{"read 9"});
    EXPECT_EQ(paged(10, {10}), (Log{"10", "p"}));
    EXPECT_EQ(passes("q"), Log{"live q"});
}

TEST_F(StreamReplayTest, NothingIsSentTwice) {
    begin(now);
    opened(7, 7);
    commits(8);
    EXPECT_EQ(commits(8), Log{});
    EXPECT_EQ(commits(7), Log{});
    EXPECT_EQ(commits(9), Log{"live 9"});
}

TEST_F(StreamReplayTest, WaitsWhilePausedAndFollows) {
    begin(now);
    opened(7, 7);
    replay->pause();
    EXPECT_EQ(commits(8), Log{});
    EXPECT_EQ(passes("p"), Log{});
    EXPECT_EQ(sent(), Log{});
    replay->resume();
    EXPECT_EQ(did.take(), Log{"read 7"});
    EXPECT_EQ(paged(8, {8}), (Log{"8", "p"}));
}

TEST_F(StreamReplayTest, APauseWithinTheOpeningForgetsNothing) {
    begin(after_two);
    replay->pause();
    EXPECT_EQ(opened(2, 4, {3, 4}), Log{});
    replay->resume();
    EXPECT_EQ(did.take(), Log{"read 2"});
    replay->pause();
    EXPECT_EQ(paged(4, {3, 4}), Log{});
    replay->resume();
    EXPECT_EQ(did.take(), Log{"read 2"});
    EXPECT_EQ(paged(4, {3, 4}), (Log{"3", "4", "resumed 2 whole 4"}));
}

TEST_F(StreamReplayTest, NewerProgressReplacesWhatIsHeld) {
    begin(now);
    EXPECT_EQ(passes("10 %", "upload"), Log{});
    EXPECT_EQ(passes("here", "ben"), Log{});
    EXPECT_EQ(passes("90 %", "upload"), Log{});
    EXPECT_EQ(opened(7, 7), (Log{"resumed 0 whole 7", "90 %", "here"}));
}

TEST_F(StreamReplayTest, HoldsNoMoreThanItMay) {
    begin(now);
    EXPECT_EQ(passes(std::string(60, 'x'), "a"), Log{});
    EXPECT_EQ(passes(std::string(90, 'x'), "a"), Log{});
    EXPECT_EQ(passes(std::string(11, 'x'), "b"), Log{"overflow"});
}

TEST_F(StreamReplayTest, SaysWhenTheJournalLosesWhatIsStillToCome) {
    begin(after_two);
    opened(2, 9, {3});
    EXPECT_EQ(sent(), Log{"read 3"});
    EXPECT_EQ(paged(9, {6, 7}), Log{"resumed 1 broken 9"});
    EXPECT_EQ(commits(10), Log{"live 10"});
}

TEST_F(StreamReplayTest, FromTheStartIsWhateverIsKept) {
    begin(start);
    opened(2, 9, {3});
    EXPECT_EQ(sent(), Log{"read 3"});
    EXPECT_EQ(paged(9, {6, 7}), Log{"read 5"});
    EXPECT_EQ(paged(9, {6, 7}), (Log{"6", "7"}));
    EXPECT_EQ(sent(), Log{"read 7"});
    EXPECT_EQ(paged(9, {}), Log{"resumed 3 whole 9"});
}

TEST_F(StreamReplayTest, WhatIsLostForGoodEndsIt) {
    begin(now);
    opened(7, 7);
    EXPECT_EQ(commits(9), Log{"read 7"});
    replay->on_page({.head = 9, .entries = {entry(9)}});
    EXPECT_EQ(did.log.front(), "lose");
}

}  // namespace
}  // namespace ks::engine
