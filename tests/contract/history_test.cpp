// Start of a replay, against the journal of every store.
#include "engine/history.h"
#include "tests/contract/store_test.h"

namespace ks {

namespace {

class HistoryTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        anna_ = add_user("anna");
    }
    // Appends `count` events. Returns their positions.
    std::vector<StreamPlace> append(int count) {
        std::vector<StreamPlace> places;
        for (int i = 0; i < count; ++i) {
            Delivery delivery{.type = "X", .message = "{}", .at = noon + Duration(++appended_), .audience = {.users = {anna_.id}}};
            places.push_back(write([&](Tx& tx) {
                tx.journal().append(delivery);
                return delivery.place_of(anna_.id);
            }));
        }
        return places;
    }
    void forget_the_first(int count) {
        write([&](Tx& tx) { return tx.journal().remove_before(noon + Duration(count + 1), count); });
    }
    Opening open(Since since, PageSize size = {}) {
        return read([&](Tx& tx) { return open_stream(tx.journal(), anna_.id, since, size); });
    }
    static std::vector<StreamPlace> places_in(const Opening& opening) {
        std::vector<StreamPlace> places;
        for (const JournalEntry& entry : opening.entries) places.push_back(entry.place);
        return places;
    }
    static Since after(StreamPlace place) { return {Since::Kind::Place, place}; }

    User anna_;
    int appended_ = 0;
};

using Places = std::vector<StreamPlace>;

}  // namespace

TEST_P(HistoryTest, NowIsTheHead) {
    EXPECT_EQ(open({Since::Kind::Now}).from, StreamPlace{});
    auto places = append(2);
    Opening now = open({Since::Kind::Now});
    EXPECT_TRUE(now.complete && now.entries.empty());
    EXPECT_EQ(now.from, places[1]);
    EXPECT_EQ(now.head, places[1]);
}

TEST_P(HistoryTest, StartIsAllThatIsKept) {
    EXPECT_TRUE(open({Since::Kind::Start}).complete);
    auto places = append(4);
    EXPECT_EQ(places_in(open({Since::Kind::Start})), places);
    forget_the_first(2);
    Opening start = open({Since::Kind::Start});
    EXPECT_TRUE(start.complete);
    EXPECT_EQ(start.from.position, 2);
    EXPECT_EQ(places_in(start), (Places{places[2], places[3]}));
    forget_the_first(4);
    start = open({Since::Kind::Start});
    EXPECT_TRUE(start.complete && start.entries.empty());
    EXPECT_EQ(start.from.position, 4);
}

TEST_P(HistoryTest, ACursorIsFollowedByWhatCameAfterIt) {
    auto places = append(4);
    Opening opening = open(after(places[1]));
    EXPECT_TRUE(opening.complete);
    EXPECT_EQ(opening.from, places[1]);
    EXPECT_EQ(places_in(opening), (Places{places[2], places[3]}));
    EXPECT_EQ(places_in(open(after(places[0]), {.events = 2})), (Places{places[1], places[2]}));
    Opening at_head = open(after(places[3]));
    EXPECT_TRUE(at_head.complete && at_head.entries.empty());
}

TEST_P(HistoryTest, WhatFollowedTheCursorIsGone) {
    auto places = append(5);
    forget_the_first(2);
    Opening gone = open(after(places[0]));
    EXPECT_FALSE(gone.complete);
    EXPECT_TRUE(gone.entries.empty());
    EXPECT_EQ(gone.from, places[4]);
    EXPECT_TRUE(open(after(places[1])).complete) << "the cursor's own event is gone, what follows it is not";
    forget_the_first(5);
    EXPECT_FALSE(open(after(places[3])).complete);
    EXPECT_TRUE(open(after(places[4])).complete) << "nothing followed";
}

TEST_P(HistoryTest, ACursorOfWhatNeverWasHere) {
    auto places = append(3);
    EXPECT_FALSE(open(after({4, 77})).complete) << "beyond the head, as after a restored backup";
    EXPECT_FALSE(open(after({2, places[1].mark + 1})).complete) << "another event stands there since the backup was restored";
    EXPECT_TRUE(open(after({2, 0})).complete);
    EXPECT_FALSE(open({Since::Kind::Foreign}).complete);
}

TEST_P(HistoryTest, AHoleIsNotPassedOver) {
    User ben = add_user("ben");
    auto add = [&](const User& user, Duration at) {
        Delivery delivery{.type = "X", .message = "{}", .at = noon + at, .audience = {.users = {user.id}}};
        write([&](Tx& tx) { tx.journal().append(delivery); });
    };
    for (int at : {5, 1, 6}) add(ben, Duration(at));  // the wall clock was set back in between
    write([&](Tx& tx) { return tx.journal().remove_before(noon + Duration(2), 10); });
    Opening opening = read([&](Tx& tx) { return open_stream(tx.journal(), ben.id, {Since::Kind::Start}, {}); });
    ASSERT_EQ(opening.entries.size(), 1U);
    EXPECT_EQ(opening.entries[0].place.position, 1);
}

TEST_P(HistoryTest, ACursorIsItsUsersAndItsJournalsAlone) {
    History history(store());
    EXPECT_TRUE(run(history.start()));
    Stream stream = history.stream_of(anna_.id);
    StreamPlace place{1'000'000'007, 0xfedcba98};
    Since since = stream.since(stream.cursor(place));
    EXPECT_EQ(since.kind, Since::Kind::Place);
    EXPECT_EQ(since.place, place);
    EXPECT_EQ(stream.since("now").kind, Since::Kind::Now);
    EXPECT_EQ(stream.since("start").kind, Since::Kind::Start);
    for (const std::string& text : {history.stream_of(UserId::make()).cursor(place), Stream("another journal", anna_.id).cursor(place),
                                    std::string(), std::string("Now"), std::string("%"), stream.cursor(place) + "A"}) {
        EXPECT_EQ(stream.since(text).kind, Since::Kind::Foreign) << text;
    }
}

KS_FOR_EVERY_STORE(HistoryTest);

}  // namespace ks
