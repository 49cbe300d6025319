#include "tests/contract/store_test.h"

#include <algorithm>
#include <atomic>
#include <map>

namespace ks::contract {

namespace {

class JournalTest : public StoreTest {
protected:
    static EventDelivery about(std::vector<UserId> users, const std::string& message, Time at = noon) {
        return {.type = "FileUploaded", .message = message, .at = at, .recipients = {.users = std::move(users)}};
    }
    EventDelivery append(EventDelivery delivery) {
        return write([&](Tx& tx) {
            tx.journal().append(delivery);
            return delivery;
        });
    }
    std::vector<JournalEntry> events(const User& user, std::int64_t after = 0, int limit = 1'000, std::size_t max_bytes = 1'000'000) {
        return read([&](Tx& tx) { return tx.journal().read(user.id, after, limit, max_bytes); });
    }
    std::vector<std::string> messages(const User& user, std::int64_t after = 0, int limit = 1'000) {
        std::vector<std::string> found;
        for (const JournalEntry& entry : events(user, after, limit)) found.push_back(entry.message);
        return found;
    }
    std::int64_t head(const User& user) {
        return read([&](Tx& tx) { return tx.journal().head(user.id); });
    }
};

using Messages = std::vector<std::string>;
using Positions = std::vector<std::pair<UserId, std::int64_t>>;

Positions by_user(Positions positions) {
    std::sort(positions.begin(), positions.end());
    return positions;
}

}  // namespace

TEST_P(JournalTest, EachUserHasAStreamOfTheirOwn) {
    User anna = add_user("anna"), bert = add_user("bert");
    EXPECT_EQ(head(anna), 0);
    EXPECT_EQ(append(about({anna.id}, "1")).positions, (Positions{{anna.id, 1}}));
    EXPECT_EQ(append(about({bert.id, anna.id}, "2")).positions, by_user({{anna.id, 2}, {bert.id, 1}}));
    EXPECT_EQ(append(about({anna.id, bert.id}, "3")).positions, by_user({{anna.id, 3}, {bert.id, 2}}));
    EXPECT_TRUE(append(about({}, "4")).positions.empty());
    EXPECT_EQ(head(anna), 3);
    EXPECT_EQ(head(bert), 2);
    auto heads = read([&](Tx& tx) { return tx.journal().heads({bert.id, UserId::make(), anna.id}); });
    EXPECT_EQ(heads, (std::vector<std::int64_t>{2, 0, 3}));
    EXPECT_EQ(messages(anna), (Messages{"1", "2", "3"}));
    EXPECT_EQ(messages(bert), (Messages{"2", "3"}));
}

TEST_P(JournalTest, ReadingGoesOnFromAPosition) {
    User anna = add_user("anna");
    for (int i = 1; i <= 5; ++i) append(about({anna.id}, std::to_string(i), noon + Duration(i)));
    EXPECT_EQ(messages(anna, 2, 2), (Messages{"3", "4"}));
    EXPECT_TRUE(messages(anna, 5).empty());
    auto last = events(anna, 4);
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].at, noon + Duration(5));
    EXPECT_EQ(last[0].position.index, 5);
}

TEST_P(JournalTest, AnEntryHasTheTypeAndTheSubjectOfItsEvent) {
    User anna = add_user("anna"), bert = add_user("bert");
    auto file = SubjectId::make();
    EventDelivery uploaded = about({anna.id}, "1");
    uploaded.subject = file;
    append(uploaded);
    append({.type = "SystemNotification", .message = "2", .at = noon, .recipients = {.everyone = true}});
    append({.type = "FileDeleted", .subject = file, .message = "3", .at = noon, .recipients = {.everyone = true}});
    std::vector<std::pair<std::string, std::optional<SubjectId>>> of_anna, of_bert;
    for (const JournalEntry& entry : events(anna)) of_anna.emplace_back(entry.type, entry.subject);
    for (const JournalEntry& entry : events(bert)) of_bert.emplace_back(entry.type, entry.subject);
    EXPECT_EQ(of_bert, (std::vector<std::pair<std::string, std::optional<SubjectId>>>{{"SystemNotification", {}}, {"FileDeleted", file}}));
    of_bert.emplace(of_bert.begin(), "FileUploaded", file);
    EXPECT_EQ(of_anna, of_bert);
}

TEST_P(JournalTest, ReadingEndsOnceItHasEnoughBytes) {
    User anna = add_user("anna");
    for (int i = 1; i <= 5; ++i) append(about({anna.id}, std::string(1'000, 'x')));
    EXPECT_EQ(events(anna, 0, 10, 1).size(), 1U);
    EXPECT_EQ(events(anna, 0, 10, 2'500).size(), 2U);
    EXPECT_EQ(events(anna, 0, 10, 100'000).size(), 5U);
}

TEST_P(JournalTest, AnEventHasTheSameMarkInEveryStream) {
    User anna = add_user("anna"), bert = add_user("bert");
    EventDelivery first = append(about({anna.id, bert.id}, "1")), second = append(about({anna.id}, "2"));
    EXPECT_NE(first.fingerprint, second.fingerprint);
    EXPECT_EQ(events(anna)[0].position, first.position_of(anna.id));
    EXPECT_EQ(events(anna)[1].position, second.position_of(anna.id));
    EXPECT_EQ(events(bert)[0].position, first.position_of(bert.id));
    EXPECT_EQ(second.position_of(bert.id), StreamPosition{});
}

TEST_P(JournalTest, AnEventForEveryoneStandsOnceInTheStreamOfEachUserWhoExists) {
    User anna = add_user("anna"), bert = add_user("bert");
    append(about({anna.id}, "1"));
    EventDelivery notice{.type = "SystemNotification", .message = "notice", .at = noon, .recipients = {.everyone = true}};
    EXPECT_EQ(append(notice).positions, by_user({{anna.id, 2}, {bert.id, 1}}));
    User carl = add_user("carl");
    append(about({bert.id}, "2"));
    EXPECT_EQ(messages(anna), (Messages{"1", "notice"}));
    EXPECT_EQ(messages(bert), (Messages{"notice", "2"}));
    EXPECT_TRUE(messages(carl).empty());
    EXPECT_EQ(head(anna), 2);
    EXPECT_EQ(head(carl), 0);
}

TEST_P(JournalTest, AUserWhoIsGoneHasNoPosition) {
    User anna = add_user("anna");
    EXPECT_EQ(append(about({UserId::make(), anna.id}, "1")).positions, (Positions{{anna.id, 1}}));
    EXPECT_EQ(head(User{.id = UserId::make()}), 0);
}

TEST_P(JournalTest, WhatFailsLeavesNoGap) {
    User anna = add_user("anna");
    append(about({anna.id}, "1"));
    auto outcome = try_write([&](Tx& tx) -> Result<void> {
        EventDelivery lost = about({anna.id}, "lost");
        tx.journal().append(lost);
        return fail(ErrorCode::Conflict);
    });
    EXPECT_FALSE(outcome);
    EXPECT_EQ(append(about({anna.id}, "2")).positions, (Positions{{anna.id, 2}}));
    EXPECT_EQ(messages(anna), (Messages{"1", "2"}));
}

// BusMessages arrive in journal order: for each user all positions from 1, without gaps.
TEST_P(JournalTest, AnnouncementsComeInTheOrderOfTheirPositions) {
    User anna = add_user("anna"), bert = add_user("bert");
    std::map<UserId, std::vector<std::pair<std::int64_t, std::string>>> heard;
    store().on_commit([&](BusMessages messages) {
        for (const auto& message : messages) {
            const auto& delivery = std::get<EventDelivery>(*message);
            for (const auto& [user, position] : delivery.positions) heard[user].emplace_back(position, delivery.message);
        }
    });
    std::vector<std::thread> threads;
    for (int i = 0; i < 10; ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < 20; ++n) {
                EventDelivery planned = about({anna.id, bert.id}, std::to_string(i * 100 + n));
                if (n % 3 == 0) std::swap(planned.recipients.users[0], planned.recipients.users[1]);
                if (n % 3 == 1) planned.recipients.users.pop_back();
                auto work = [planned, n](Tx& tx) -> Result<void> {
                    EventDelivery delivery = planned;
                    tx.journal().append(delivery);
                    tx.publish(delivery);
                    if (n % 7 == 6) return fail(ErrorCode::Conflict);
                    return {};
                };
                EXPECT_EQ(try_write(work).has_value(), n % 7 != 6);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    for (const User& user : {anna, bert}) {
        std::vector<std::pair<std::int64_t, std::string>> journal;
        for (const JournalEntry& entry : events(user)) journal.emplace_back(entry.position.index, entry.message);
        EXPECT_EQ(heard[user.id], journal);
        EXPECT_EQ(static_cast<std::int64_t>(journal.size()), head(user));
        for (std::size_t i = 0; i < journal.size(); ++i) EXPECT_EQ(journal[i].first, static_cast<std::int64_t>(i + 1));
    }
    EXPECT_EQ(heard[anna.id].size(), 180U);
}

TEST_P(JournalTest, WhatIsOldIsRemovedInBatchesAndPositionsGoOn) {
    User anna = add_user("anna"), bert = add_user("bert");
    for (int i = 1; i <= 5; ++i) append(about({anna.id, bert.id}, std::to_string(i), noon + Duration(i)));
    auto remove = [&](Time before) { return write([&](Tx& tx) { return tx.journal().remove_before(before, 2); }); };
    EXPECT_EQ(remove(noon + Duration(1)), 0);
    for (int left : {2, 2, 2, 0}) EXPECT_EQ(remove(noon + Duration(4)), left);  // the oldest three events, in two streams
    EXPECT_EQ(messages(anna), (Messages{"4", "5"}));
    EXPECT_EQ(messages(bert), (Messages{"4", "5"}));
    EXPECT_EQ(append(about({anna.id}, "6")).positions, (Positions{{anna.id, 6}}));
}

TEST_P(JournalTest, AStreamKeepsItsNewestEvents) {
    limit_journal({.events_per_user = 3});
    User anna = add_user("anna"), bert = add_user("bert");
    append(about({anna.id, bert.id}, "1"));
    for (int i = 2; i <= 5; ++i) append(about({anna.id}, std::to_string(i)));
    EXPECT_EQ(messages(anna), (Messages{"3", "4", "5"}));
    EXPECT_EQ(messages(bert), Messages{"1"});
    append({.type = "SystemNotification", .message = "notice", .at = noon, .recipients = {.everyone = true}});
    EXPECT_EQ(messages(anna), (Messages{"4", "5", "notice"}));
    EXPECT_EQ(messages(bert), (Messages{"1", "notice"}));
    // No garbage: removal by age finds only these five rows.
    EXPECT_EQ(write([&](Tx& tx) { return tx.journal().remove_before(noon + Duration(1), 100); }), 5);
}

TEST_P(JournalTest, KeepsTheEpochThatItWasMadeWith) {
    auto epoch = [&](const std::string& made_now) { return write([&](Tx& tx) { return tx.journal().epoch(made_now); }); };
    std::string binary("a\0b", 3);
    EXPECT_EQ(epoch(binary), binary);
    EXPECT_EQ(epoch("another"), binary);
}

TEST_P(JournalTest, PositionsGoOnAfterReopening) {
    if (!lasts()) GTEST_SKIP() << "ends with the store";
    User anna = add_user("anna");
    append(about({anna.id}, "1"));
    reopen();
    EXPECT_EQ(append(about({anna.id}, "2")).positions, (Positions{{anna.id, 2}}));
    EXPECT_EQ(messages(anna), (Messages{"1", "2"}));
}

KS_FOR_EVERY_STORE(JournalTest);

}  // namespace ks::contract
