#include "tests/contract/store_test.h"

#include <atomic>
#include <map>

namespace ks {

namespace {

class JournalTest : public StoreTest {
protected:
    static Delivery about(std::vector<UserId> users, const std::string& message, Time at = noon) {
        return {.type = "FileUploaded", .message = message, .at = at, .audience = {.users = std::move(users)}};
    }
    Delivery append(Delivery delivery) {
        return write([&](Tx& tx) {
            tx.journal().append(delivery);
            return delivery;
        });
    }
    std::vector<Delivery> events(const User& user, std::int64_t after = 0, int limit = 1'000) {
        return read([&](Tx& tx) { return tx.journal().read(user.id, after, limit); });
    }
    std::vector<std::string> messages(const User& user, std::int64_t after = 0, int limit = 1'000) {
        std::vector<std::string> found;
        for (const Delivery& delivery : events(user, after, limit)) found.push_back(delivery.message);
        return found;
    }
    std::int64_t head(const User& user) {
        return read([&](Tx& tx) { return tx.journal().head(user.id); });
    }
};

using Messages = std::vector<std::string>;

}  // namespace

TEST_P(JournalTest, EachUserHasAStreamOfTheirOwn) {
    User anna = add_user("anna"), bert = add_user("bert");
    EXPECT_EQ(head(anna), 0);
    EXPECT_EQ(append(about({anna.id}, "1")).positions, std::vector<std::int64_t>{1});
    EXPECT_EQ(append(about({bert.id, anna.id}, "2")).positions, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(append(about({anna.id, bert.id}, "3")).positions, (std::vector<std::int64_t>{3, 2}));
    EXPECT_TRUE(append(about({}, "4")).positions.empty());
    EXPECT_EQ(head(anna), 3);
    EXPECT_EQ(head(bert), 2);
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
    EXPECT_EQ(last[0].type, "FileUploaded");
    EXPECT_EQ(last[0].at, noon + Duration(5));
    EXPECT_EQ(last[0].positions, std::vector<std::int64_t>{5});
}

TEST_P(JournalTest, AnEventForEveryoneStandsOnceInTheStreamOfEachUserWhoExists) {
    User anna = add_user("anna"), bert = add_user("bert");
    append(about({anna.id}, "1"));
    Delivery notice{.type = "SystemNotification", .message = "notice", .at = noon, .audience = {.everyone = true}};
    EXPECT_TRUE(append(notice).positions.empty());
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
    EXPECT_EQ(append(about({UserId::make(), anna.id}, "1")).positions, (std::vector<std::int64_t>{0, 1}));
    EXPECT_EQ(head(User{.id = UserId::make()}), 0);
}

TEST_P(JournalTest, WhatFailsLeavesNoGap) {
    User anna = add_user("anna");
    append(about({anna.id}, "1"));
    auto outcome = try_write([&](Tx& tx) -> Result<void> {
        Delivery lost = about({anna.id}, "lost");
        tx.journal().append(lost);
        return fail(ErrorCode::Conflict);
    });
    EXPECT_FALSE(outcome);
    EXPECT_EQ(append(about({anna.id}, "2")).positions, std::vector<std::int64_t>{2});
    EXPECT_EQ(messages(anna), (Messages{"1", "2"}));
}

// What the hub is told, in the order it is told, is the journal: for each user every position from 1 on, without a gap.
TEST_P(JournalTest, AnnouncementsComeInTheOrderOfTheirPositions) {
    User anna = add_user("anna"), bert = add_user("bert");
    std::map<UserId, std::vector<std::pair<std::int64_t, std::string>>> heard;
    store().on_announcement([&](const AnnouncementPtr& announcement) {
        const auto& delivery = std::get<Delivery>(*announcement);
        for (std::size_t i = 0; i < delivery.positions.size(); ++i) {
            heard[delivery.audience.users[i]].emplace_back(delivery.positions[i], delivery.message);
        }
    });
    std::vector<std::thread> threads;
    for (int i = 0; i < 10; ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < 20; ++n) {
                Delivery planned = about({anna.id, bert.id}, std::to_string(i * 100 + n));
                if (n % 3 == 0) std::swap(planned.audience.users[0], planned.audience.users[1]);
                if (n % 3 == 1) planned.audience.users.pop_back();
                auto work = [planned, n](Tx& tx) -> Result<void> {
                    Delivery delivery = planned;
                    tx.journal().append(delivery);
                    tx.announce(delivery);
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
        for (const Delivery& delivery : events(user)) journal.emplace_back(delivery.positions[0], delivery.message);
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
    EXPECT_EQ(remove(noon + Duration(4)), 2);
    EXPECT_EQ(remove(noon + Duration(4)), 1);
    EXPECT_EQ(remove(noon + Duration(4)), 0);
    EXPECT_EQ(messages(anna), (Messages{"4", "5"}));
    EXPECT_EQ(messages(bert), (Messages{"4", "5"}));
    EXPECT_EQ(append(about({anna.id}, "6")).positions, std::vector<std::int64_t>{6});
}

TEST_P(JournalTest, PositionsGoOnAfterReopening) {
    if (!lasts()) GTEST_SKIP() << "ends with the store";
    User anna = add_user("anna");
    append(about({anna.id}, "1"));
    reopen();
    EXPECT_EQ(append(about({anna.id}, "2")).positions, std::vector<std::int64_t>{2});
    EXPECT_EQ(messages(anna), (Messages{"1", "2"}));
}

KS_FOR_EVERY_STORE(JournalTest);

}  // namespace ks
