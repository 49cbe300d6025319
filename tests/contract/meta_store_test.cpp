#include "tests/contract/store_test.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <future>
#include <latch>
#include <mutex>
#include <set>

namespace ks::contract {

namespace {

class MetaStoreTest : public StoreTest {
protected:
    static Revocation about(const User& user) { return {.user_id = user.id}; }
    void share_commits(const std::function<Result<void>(Tx&, const User&, int)>& fail_at);
};

}  // namespace

TEST_P(MetaStoreTest, WhatOneTransactionWritesTheNextReads) {
    User anna = add_user("anna");
    auto found = read([&](Tx& tx) { return tx.users().find(anna.id); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->username, "anna");
}

TEST_P(MetaStoreTest, FailedWorkChangesAndAnnouncesNothing) {
    std::vector<BusMessagePtr> heard;
    store().on_commit([&](BusMessages told) { heard.insert(heard.end(), told.begin(), told.end()); });
    User anna = add_user("anna");
    auto outcome = try_write([&](Tx& tx) -> Result<void> {
        tx.users().remove(anna.id);
        tx.publish(about(anna));
        return fail(ErrorCode::Conflict, "no");
    });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::Conflict);
    EXPECT_EQ(outcome.error().message, "no");
    EXPECT_TRUE(read([&](Tx& tx) { return tx.users().find(anna.id).has_value(); }));
    EXPECT_TRUE(heard.empty());
}

TEST_P(MetaStoreTest, WorkThatThrowsIsAFaultAndChangesNothing) {
    User anna = add_user("anna");
    auto outcome = try_write([&](Tx& tx) -> Result<void> {
        tx.users().remove(anna.id);
        throw std::runtime_error("out of luck");
    });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::InternalError);
    EXPECT_NE(outcome.error().detail.find("out of luck"), std::string::npos);
    EXPECT_EQ(outcome.error().message.find("luck"), std::string::npos);
    EXPECT_TRUE(read([&](Tx& tx) { return tx.users().find(anna.id).has_value(); }));
}

TEST_P(MetaStoreTest, ADatabaseThatFailsIsAFault) {
    File orphan{.id = FileId::make(), .owner_id = UserId::make(), .filename = "a", .sha256 = std::string(32, 'x')};
    auto outcome = try_write([&](Tx& tx) -> Result<void> {
        tx.files().insert(orphan);
        return {};
    });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::InternalError);
    EXPECT_FALSE(outcome.error().detail.empty());
    EXPECT_TRUE(add_user("anna").id != UserId{});
}

TEST_P(MetaStoreTest, ReadingChangesNothing) {
    User anna = add_user("anna");
    auto remove = [id = anna.id](Tx& tx) -> Result<void> {
        tx.users().remove(id);
        return {};
    };
    auto outcome = run(ks::read(store(), remove));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::InternalError);
    EXPECT_TRUE(read([&](Tx& tx) { return tx.users().find(anna.id).has_value(); }));
    add_user("bert");
}

TEST_P(MetaStoreTest, AnnouncementsComeBeforeDone) {
    std::vector<std::string> order;
    store().on_commit([&](BusMessages told) { order.insert(order.end(), told.size(), "announced"); });
    std::promise<void> finished;
    auto work = [](Tx& tx) -> Result<void> {
        tx.publish(Revocation{});
        tx.publish(Revocation{});
        return {};
    };
    auto done = [&](Result<void> outcome) {
        order.push_back(outcome ? "done" : "failed");
        finished.set_value();
    };
    store().write(work, done);
    finished.get_future().get();
    EXPECT_EQ(order, (std::vector<std::string>{"announced", "announced", "done"}));
}

TEST_P(MetaStoreTest, AReadInOrderSeesTheWritesBeforeItAndComesAfterTheirMessages) {
    constexpr int count = 200;
    std::atomic<int> heard = 0;
    store().on_commit([&](BusMessages messages) { heard += static_cast<int>(messages.size()); });
    User anna = add_user("anna");
    struct Read {
        std::uint64_t seen = 0;
        int heard_at_end = 0;
        int writes_at_end = 0;  // of those accepted before the read
        bool failed = false;
    };
    std::vector<Read> reads(count);
    std::mutex mutex;
    std::set<int> written;
    std::latch finished(2 * count);
    for (int i = 0; i < count; ++i) {
        auto reserve = [&](Tx& tx) -> Result<void> {
            tx.users().reserve(anna.id, 1, 0);
            tx.publish(RowChange{});
            return {};
        };
        auto look = [&, i](Tx& tx) -> Result<void> {
            reads[static_cast<std::size_t>(i)].seen = tx.users().find(anna.id)->reserved_bytes;
            return {};
        };
        auto end = [&, i](Result<void> outcome) {
            Read& read = reads[static_cast<std::size_t>(i)];
            read.heard_at_end = heard;
            read.failed = !outcome;
            std::lock_guard lock(mutex);
            read.writes_at_end = static_cast<int>(std::distance(written.begin(), written.upper_bound(i)));
            finished.count_down();
        };
        auto wrote = [&, i](Result<void>) {
            std::lock_guard lock(mutex);
            written.insert(i);
            finished.count_down();
        };
        store().write(reserve, wrote);
        store().read_in_order(look, end);
    }
    finished.wait();
    for (int i = 0; i < count; ++i) {
        const Read& read = reads[static_cast<std::size_t>(i)];
        EXPECT_FALSE(read.failed);
        EXPECT_GE(read.seen, static_cast<std::uint64_t>(i) + 1);
        EXPECT_GE(static_cast<std::uint64_t>(read.heard_at_end), read.seen);
        EXPECT_EQ(read.writes_at_end, i + 1);
    }
}

TEST_P(MetaStoreTest, AReadInOrderChangesNothing) {
    User anna = add_user("anna");
    auto remove = [id = anna.id](Tx& tx) -> Result<void> {
        tx.users().remove(id);
        return {};
    };
    EXPECT_FALSE(run(ks::read_in_order(store(), remove)));
    EXPECT_TRUE(read([&](Tx& tx) { return tx.users().find(anna.id).has_value(); }));
}

// Runs forty jobs that share commits: every fourth succeeds, the others fail by `fail_at`. A first job blocks the writer thread until all
// are queued.
void MetaStoreTest::share_commits(const std::function<Result<void>(Tx&, const User&, int)>& fail_at) {
    constexpr int count = 40;
    std::vector<User> users;
    for (int i = 0; i < count; ++i) users.push_back({.id = UserId::make(), .username = "user" + std::to_string(i), .created_at = noon});
    std::vector<UserId> announced;
    store().on_commit([&](BusMessages told) {
        for (const auto& message : told) announced.push_back(std::get<Revocation>(*message).user_id);
    });

    std::promise<void> all_wait;
    std::latch finished(count + 1);
    std::vector<std::optional<Result<void>>> outcomes(count);
    auto hold = [gate = all_wait.get_future().share()](Tx&) -> Result<void> {
        gate.wait();
        return {};
    };
    store().write(hold, [&](Result<void>) { finished.count_down(); });
    for (int i = 0; i < count; ++i) {
        auto work = [&, i](Tx& tx) -> Result<void> {
            tx.publish(about(users[i]));
            if (i % 4 != 0) return fail_at(tx, users[i], i % 4);
            tx.users().insert(users[i]);
            return {};
        };
        store().write(work, [&, i](Result<void> outcome) {
            outcomes[i] = std::move(outcome);
            finished.count_down();
        });
    }
    all_wait.set_value();
    finished.wait();

    std::vector<UserId> expected;
    for (int i = 0; i < count; ++i) {
        bool good = i % 4 == 0;
        EXPECT_EQ(outcomes[i]->has_value(), good) << i;
        EXPECT_EQ(read([&](Tx& tx) { return tx.users().find(users[i].id).has_value(); }), good) << i;
        if (good) expected.push_back(users[i].id);
    }
    if (is_serial()) {
        EXPECT_EQ(announced, expected);
    } else {
        EXPECT_TRUE(std::is_permutation(announced.begin(), announced.end(), expected.begin(), expected.end()));
    }
}

TEST_P(MetaStoreTest, AFailedJobHarmsNoneOfThoseItSharesACommitWith) {
    share_commits([](Tx&, const User&, int) { return fail(ErrorCode::Conflict); });
}

TEST_P(MetaStoreTest, NorDoesOneThatHasChangedSomething) {
    share_commits([](Tx& tx, const User& user, int how) -> Result<void> {
        tx.users().insert(user);
        if (how == 2) throw std::runtime_error("thrown");
        if (how == 3) tx.files().insert(File{.id = FileId::make(), .owner_id = UserId::make()});  // violates a foreign key
        return fail(ErrorCode::Conflict);
    });
}

TEST_P(MetaStoreTest, ManyWritersSeeEachOthersWork) {
    User anna = add_user("anna", 1'000);
    std::atomic<int> added = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 25; ++n) {
                if (write([&](Tx& tx) { return tx.users().reserve(anna.id, 10, 0); })) ++added;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(added, 100);
    EXPECT_EQ(read([&](Tx& tx) { return tx.users().find(anna.id)->reserved_bytes; }), 1'000U);
}

TEST_P(MetaStoreTest, WhatWasCommittedIsThereAfterReopening) {
    if (!lasts()) GTEST_SKIP() << "ends with the store";
    User anna = add_user("anna");
    File file = add_file(anna, "Letter.txt", 17);
    reopen();
    auto found = read([&](Tx& tx) { return tx.files().find(file.id); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->filename, "Letter.txt");
    EXPECT_EQ(found->size, 17U);
}

TEST_P(MetaStoreTest, WhatWasAcceptedIsDoneBeforeTheStoreEnds) {
    std::atomic<int> finished = 0;
    for (int i = 0; i < 300; ++i) {
        store().write([](Tx&) -> Result<void> { return {}; }, [&](Result<void> outcome) { finished += outcome.has_value(); });
        store().read([](Tx&) -> Result<void> { return {}; }, [&](Result<void> outcome) { finished += outcome.has_value(); });
    }
    reopen();
    EXPECT_EQ(finished, 600);
}

TEST_P(MetaStoreTest, AStoppedStoreHasFinishedWhatItAcceptedAndRejectsTheRest) {
    std::atomic<int> finished = 0, rejected = 0;
    auto nothing = [](Tx&) -> Result<void> { return {}; };
    for (int i = 0; i < 100; ++i) {
        store().write(nothing, [&](Result<void> outcome) { finished += outcome.has_value(); });
        store().write_deferred(nothing, [&](Result<void> outcome) { finished += outcome.has_value(); });
        store().read(nothing, [&](Result<void> outcome) { finished += outcome.has_value(); });
    }
    store().stop();
    EXPECT_EQ(finished, 300);
    auto reject = [&](Result<void> outcome) { rejected += !outcome && outcome.error().code == ErrorCode::Unavailable; };
    store().write(nothing, reject);
    store().write_deferred(nothing, reject);
    store().write_reclaiming_space(nothing, reject);
    store().read(nothing, reject);
    store().read_in_order(nothing, reject);
    EXPECT_EQ(rejected, 5);
    store().stop();
}

KS_FOR_EVERY_STORE(MetaStoreTest);

}  // namespace ks::contract
