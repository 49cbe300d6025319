// Start of a replay, against the journal of every store.
#include "engine/history.h"
#include "tests/contract/store_test.h"

namespace ks::contract {

namespace {

class HistoryTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        anna_ = add_user("anna");
    }
    // Appends `count` events. Returns their positions.
    std::vector<StreamPosition> append(int count) {
        std::vector<StreamPosition> positions;
        for (int i = 0; i < count; ++i) {
            EventDelivery delivery{.type = "X", .message = "{}", .at = noon + Duration(++appended_), .recipients = {.users = {anna_.id}}};
            positions.push_back(write([&](Tx& tx) {
                tx.journal().append(delivery);
                return delivery.position_of(anna_.id);
            }));
        }
        return positions;
    }
    void forget_the_first(int count) {
        write([&](Tx& tx) { return tx.journal().remove_before(noon + Duration(count + 1), count); });
    }
    engine::Opening open(engine::Since since, engine::PageSize size = {}) {
        return read([&](Tx& tx) { return engine::open_stream(tx.journal(), anna_.id, since, size); });
    }
    static std::vector<StreamPosition> positions_in(const engine::Opening& opening) {
        std::vector<StreamPosition> positions;
        for (const JournalEntry& entry : opening.entries) positions.push_back(entry.position);
        return positions;
    }
    static engine::Since after(StreamPosition position) { return {engine::Since::Kind::Position, position}; }

    User anna_;
    int appended_ = 0;
};

using Positions = std::vector<StreamPosition>;

}  // namespace

TEST_P(HistoryTest, NowIsTheHead) {
    EXPECT_EQ(open({engine::Since::Kind::Now}).from, StreamPosition{});
    auto positions = append(2);
    engine::Opening now = open({engine::Since::Kind::Now});
    EXPECT_TRUE(now.complete && now.entries.empty());
    EXPECT_EQ(now.from, positions[1]);
    EXPECT_EQ(now.head, positions[1]);
}

TEST_P(HistoryTest, StartIsAllThatIsKept) {
    EXPECT_TRUE(open({engine::Since::Kind::Start}).complete);
    auto positions = append(4);
    EXPECT_EQ(positions_in(open({engine::Since::Kind::Start})), positions);
    forget_the_first(2);
    engine::Opening start = open({engine::Since::Kind::Start});
    EXPECT_TRUE(start.complete);
    EXPECT_EQ(start.from.index, 2);
    EXPECT_EQ(positions_in(start), (Positions{positions[2], positions[3]}));
    forget_the_first(4);
    start = open({engine::Since::Kind::Start});
    EXPECT_TRUE(start.complete && start.entries.empty());
    EXPECT_EQ(start.from.index, 4);
}

TEST_P(HistoryTest, ACursorIsFollowedByWhatCameAfterIt) {
    auto positions = append(4);
    engine::Opening opening = open(after(positions[1]));
    EXPECT_TRUE(opening.complete);
    EXPECT_EQ(opening.from, positions[1]);
    EXPECT_EQ(positions_in(opening), (Positions{positions[2], positions[3]}));
    EXPECT_EQ(positions_in(open(after(positions[0]), {.events = 2})), (Positions{positions[1], positions[2]}));
    engine::Opening at_head = open(after(positions[3]));
    EXPECT_TRUE(at_head.complete && at_head.entries.empty());
}

TEST_P(HistoryTest, WhatFollowedTheCursorIsGone) {
    auto positions = append(5);
    forget_the_first(2);
    engine::Opening gone = open(after(positions[0]));
    EXPECT_FALSE(gone.complete);
    EXPECT_TRUE(gone.entries.empty());
    EXPECT_EQ(gone.from, positions[4]);
    EXPECT_TRUE(open(after(positions[1])).complete) << "the cursor's own event is gone, what follows it is not";
    forget_the_first(5);
    EXPECT_FALSE(open(after(positions[3])).complete);
    EXPECT_TRUE(open(after(positions[4])).complete) << "nothing followed";
}

TEST_P(HistoryTest, ACursorOfWhatNeverWasHere) {
    auto positions = append(3);
    EXPECT_FALSE(open(after({4, 77})).complete) << "beyond the head, as after a restored backup";
    EXPECT_FALSE(open(after({2, positions[1].fingerprint + 1})).complete) << "another event stands there since the backup was restored";
    EXPECT_TRUE(open(after({2, 0})).complete);
    EXPECT_FALSE(open({engine::Since::Kind::Foreign}).complete);
}

TEST_P(HistoryTest, AHoleIsNotPassedOver) {
    User ben = add_user("ben");
    auto add = [&](const User& user, Duration at) {
        EventDelivery delivery{.type = "X", .message = "{}", .at = noon + at, .recipients = {.users = {user.id}}};
        write([&](Tx& tx) { tx.journal().append(delivery); });
    };
    for (int at : {5, 1, 6}) add(ben, Duration(at));  // the wall clock was set back in between
    write([&](Tx& tx) { return tx.journal().remove_before(noon + Duration(2), 10); });
    engine::Opening opening = read([&](Tx& tx) { return engine::open_stream(tx.journal(), ben.id, {engine::Since::Kind::Start}, {}); });
    ASSERT_EQ(opening.entries.size(), 1U);
    EXPECT_EQ(opening.entries[0].position.index, 1);
}

TEST_P(HistoryTest, ACursorIsItsUsersAndItsJournalsAlone) {
    engine::History history(store());
    EXPECT_TRUE(run(history.start()));
    engine::Stream stream = history.stream_of(anna_.id);
    StreamPosition position{1'000'000'007, 0xfedcba98};
    engine::Since since = stream.since(stream.cursor(position));
    EXPECT_EQ(since.kind, engine::Since::Kind::Position);
    EXPECT_EQ(since.position, position);
    EXPECT_EQ(stream.since("now").kind, engine::Since::Kind::Now);
    EXPECT_EQ(stream.since("start").kind, engine::Since::Kind::Start);
    for (const std::string& text :
         {history.stream_of(UserId::make()).cursor(position), engine::Stream("another journal", anna_.id).cursor(position), std::string(),
          std::string("Now"), std::string("%"), stream.cursor(position) + "A"}) {
        EXPECT_EQ(stream.since(text).kind, engine::Since::Kind::Foreign) << text;
    }
}

KS_FOR_EVERY_STORE(HistoryTest);

}  // namespace ks::contract
