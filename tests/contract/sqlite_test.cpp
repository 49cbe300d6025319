// Tests of the SQLite adapter only: opening files, migrations, limits.
#include "adapters/sql/migrate.h"
#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"
#include "tests/contract/store_test.h"

#include <algorithm>
#include <fstream>
#include <future>
#include <latch>
#include <sys/stat.h>

namespace ks::contract {

namespace {

std::string reason_not_to_open(const std::string& path) {
    try {
        sqlite::SqliteStore store({.path = path});
    } catch (const sql::StoreFailure& failure) {
        return failure.what();
    }
    return "opened";
}

class SqliteTest : public testing::Test {
protected:
    std::string path_of(const std::string& name) const { return dir_.path(name); }
    bool mentions(const std::string& text, const std::string& part) const { return text.find(part) != std::string::npos; }

    TempDir dir_;
};

}  // namespace

TEST_F(SqliteTest, TheFileIsItsOwnersAlone) {
    sqlite::SqliteStore store({.path = path_of("a.db")});
    for (const char* name : {"a.db", "a.db-wal"}) {
        struct stat facts {};
        ASSERT_EQ(::stat(path_of(name).c_str(), &facts), 0) << name;
        EXPECT_EQ(facts.st_mode & 0777, 0600U) << name;
    }
}

TEST_F(SqliteTest, RefusesAFileThatIsNoDatabase) {
    std::ofstream(path_of("a.db")) << "This is a letter, not a database, and it is long enough to be looked at. Dear Anna, …"
                                   << std::string(500, '.');
    std::string reason = reason_not_to_open(path_of("a.db"));
    EXPECT_TRUE(mentions(reason, path_of("a.db")) && mentions(reason, "not a database")) << reason;
}

TEST_F(SqliteTest, RefusesAPlaceWhereNothingCanBe) {
    std::string reason = reason_not_to_open(path_of("nowhere/a.db"));
    EXPECT_TRUE(mentions(reason, "nowhere/a.db") && mentions(reason, "No such file")) << reason;
    EXPECT_TRUE(mentions(reason_not_to_open(dir_.path()), "Is a directory"));
}

TEST_F(SqliteTest, RefusesADatabaseOfANewerBinary) {
    { sqlite::SqliteStore store({.path = path_of("a.db")}); }
    {
        sqlite::SqliteConnection db(path_of("a.db"), sqlite::SqliteConnection::Access::Write);
        db.execute("INSERT INTO schema_migrations (version, name) VALUES (9999, '9999_future.sql')");
    }
    std::string reason = reason_not_to_open(path_of("a.db"));
    EXPECT_TRUE(mentions(reason, "9999") && mentions(reason, "newer")) << reason;
}

TEST_F(SqliteTest, MigrationsRunOnceInTheirOrder) {
    sqlite::SqliteConnection db(":memory:", sqlite::SqliteConnection::Access::Write);
    const EmbeddedFile first[] = {{"migrations/0001_a.sql", "CREATE TABLE a (n bigint); INSERT INTO a VALUES (1);"}};
    const EmbeddedFile both[] = {{"migrations/0002_b.sql", "INSERT INTO a VALUES (2);"}, first[0], {"protocol/openapi.yaml", "no SQL"}};
    sql::migrate(db, first);
    sql::migrate(db, both);
    sql::migrate(db, both);
    std::vector<int> rows;
    sql::Query query(db, "SELECT n FROM a ORDER BY n");
    while (query.next()) query.read(rows.emplace_back());
    EXPECT_EQ(rows, (std::vector{1, 2}));
    EXPECT_THROW(sql::migrate(db, first), sql::StoreFailure);
}

TEST_F(SqliteTest, AMigrationThatFailsLeavesNothing) {
    sqlite::SqliteConnection db(":memory:", sqlite::SqliteConnection::Access::Write);
    const EmbeddedFile broken[] = {{"migrations/0001_a.sql", "CREATE TABLE a (n bigint); INSERT INTO nowhere VALUES (1);"}};
    EXPECT_THROW(sql::migrate(db, broken), sql::StoreFailure);
    const EmbeddedFile mended[] = {{"migrations/0001_a.sql", "CREATE TABLE a (n bigint);"}};
    EXPECT_NO_THROW(sql::migrate(db, mended));
}

TEST_F(SqliteTest, AJournalOfTwoTablesBecomesOne) {
    sqlite::SqliteConnection db(":memory:", sqlite::SqliteConnection::Access::Write);
    std::vector<EmbeddedFile> before;
    std::ranges::copy_if(embedded_files(), std::back_inserter(before), [](const auto& file) { return file.path < "migrations/0004"; });
    sql::migrate(db, before);
    sql::Bytes anna{"the user of them"}, sixth{"the sixth of all"}, seventh{"the seventh one."};
    sql::Query(db, "INSERT INTO users VALUES ($1, 'anna', '', 'user', 0, 0, 0, 0, 0, NULL, 0)", anna).run();
    sql::Query(db, "INSERT INTO streams VALUES ($1, 7)", anna).run();
    sql::Query(db, "INSERT INTO events VALUES ($1, 'X', 'six', 16), ($2, 'X', 'seven', 17)", sixth, seventh).run();
    sql::Query(db, "INSERT INTO stream_events VALUES ($1, 6, $2), ($1, 7, $3)", anna, sixth, seventh).run();
    sql::migrate(db, embedded_files());
    std::vector<JournalEntry> kept = sql::SqlJournal(db, {}).read(UserId::from(anna.value), 0, 10, 10'000);
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].message, "six");
    EXPECT_EQ(kept[1].message, "seven");
    EXPECT_EQ(kept[1].position, (StreamPosition{7, 0x6f6e652e}));  // the end of the event id, as in existing cursors
    EXPECT_EQ(kept[1].at, from_millis(17));
    EXPECT_EQ(kept[1].type, "");
    EXPECT_FALSE(kept[1].subject);
}

TEST_F(SqliteTest, WhatCanWaitDoesUntilItHasCompany) {
    sqlite::SqliteStore store({.path = path_of("a.db"), .batch_limit = 3, .max_batch_delay = std::chrono::hours(1)});
    std::vector<std::string> order;
    auto named = [&](const std::string& name) {
        return [&order, name](Tx&) -> Result<void> {
            order.push_back(name);
            return {};
        };
    };
    auto finished = [](std::latch& latch) { return [&latch](Result<void>) { latch.count_down(); }; };
    std::latch by_a_write(2), by_their_number(3), by_the_end(1);
    store.write_deferred(named("a"), finished(by_a_write));
    store.write(named("b"), finished(by_a_write));
    by_a_write.wait();
    for (const char* name : {"c", "d", "e"}) store.write_deferred(named(name), finished(by_their_number));
    by_their_number.wait();
    store.write_deferred(named("f"), finished(by_the_end));
    store.stop();
    by_the_end.wait();
    EXPECT_EQ(order, (std::vector<std::string>{"a", "b", "c", "d", "e", "f"}));
}

TEST_F(SqliteTest, WhatCanWaitWaitsNoLongerThanItsMoment) {
    sqlite::SqliteStore store({.path = path_of("a.db")});
    std::latch finished(1);
    store.write_deferred([](Tx&) -> Result<void> { return {}; }, [&](Result<void>) { finished.count_down(); });
    finished.wait();
}

// Three jobs share a commit that fails, or a transaction that the second one aborts: none of them takes effect.
TEST_F(SqliteTest, WhatIsNotCommittedIsNotAnnounced) {
    const std::string breakers[] = {
        "CREATE TABLE promises (id bytea REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED);"
        "CREATE TRIGGER breaks AFTER INSERT ON users WHEN NEW.username = 'breaker' BEGIN INSERT INTO promises VALUES ('kept by nobody'); "
        "END;",
        "CREATE TRIGGER breaks AFTER INSERT ON users WHEN NEW.username = 'breaker' BEGIN SELECT RAISE(ROLLBACK, 'all is undone'); END;"};
    for (const std::string& breaker : breakers) {
        std::string path = path_of(std::to_string(&breaker - breakers) + ".db");
        sqlite::SqliteStore store({.path = path});
        sqlite::SqliteConnection(path, sqlite::SqliteConnection::Access::Write).execute(breaker);
        int announced = 0, failed = 0;
        store.on_commit([&](BusMessages told) { announced += static_cast<int>(told.size()); });
        std::promise<void> all_wait, it_runs;
        std::latch finished(4);
        auto hold = [&it_runs, gate = all_wait.get_future().share()](Tx&) -> Result<void> {
            it_runs.set_value();
            gate.wait();
            return {};
        };
        store.write(hold, [&](Result<void>) { finished.count_down(); });
        it_runs.get_future().wait();  // runs alone; the following jobs share a commit
        for (const char* name : {"before", "breaker", "after"}) {
            auto work = [user = User{.id = UserId::make(), .username = name}](Tx& tx) -> Result<void> {
                tx.users().insert(user);
                tx.publish(Revocation{user.id});
                return {};
            };
            store.write(work, [&](Result<void> outcome) {
                const std::string reason = outcome ? "" : outcome.error().detail;
                failed += mentions(reason, "FOREIGN KEY constraint failed") || mentions(reason, "all is undone");
                finished.count_down();
            });
        }
        all_wait.set_value();
        finished.wait();
        EXPECT_EQ(failed, 3) << breaker;
        EXPECT_EQ(announced, 0) << breaker;
        auto any = [](Tx& tx) -> Result<bool> { return tx.users().any(); };
        EXPECT_FALSE(*run(ks::read(store, any))) << breaker;
        auto goes_on = [](Tx& tx) -> Result<bool> { return tx.users().insert({.id = UserId::make(), .username = "next"}); };
        EXPECT_TRUE(*run(ks::write(store, goes_on))) << breaker;
    }
}

// Blocks the writer, so that further jobs are queued.
TEST_F(SqliteTest, TurnsAwayWhatItHasNoRoomFor) {
    sqlite::SqliteStore store({.path = path_of("a.db"), .queue_limit = 2});
    std::promise<void> held, proceed;
    std::latch finished(3);
    auto hold = [&](Tx&) -> Result<void> {
        held.set_value();
        proceed.get_future().get();
        return {};
    };
    auto nothing = [](Tx&) -> Result<void> { return {}; };
    auto done = [&](Result<void> outcome) {
        EXPECT_TRUE(outcome);
        finished.count_down();
    };
    store.write(hold, done);
    held.get_future().get();
    store.write(nothing, done);
    store.write(nothing, done);
    auto turned_away = run(ks::write(store, nothing));
    ASSERT_FALSE(turned_away);
    EXPECT_EQ(turned_away.error().code, ErrorCode::Unavailable);
    EXPECT_EQ(turned_away.error().retry_after, std::chrono::seconds(1));
    EXPECT_TRUE(run(ks::read(store, nothing)));
    proceed.set_value();
    finished.wait();
}

TEST_F(SqliteTest, StoppedItTurnsAwayWhatComes) {
    sqlite::SqliteStore store({.path = path_of("a.db")});
    bool accepted = false;
    auto nothing = [](Tx&) -> Result<void> { return {}; };
    store.write(nothing, [&](Result<void> outcome) { accepted = outcome.has_value(); });
    store.stop();
    EXPECT_TRUE(accepted);
    EXPECT_EQ(run(ks::write(store, nothing)).error().code, ErrorCode::Unavailable);
    EXPECT_EQ(run(ks::read(store, nothing)).error().code, ErrorCode::Unavailable);
    store.stop();
}

// max_page_count simulates a full disk.
TEST_F(SqliteTest, AFullDiskIsStorageFullAndRoomHeals) {
    sqlite::SqliteConnection db(path_of("a.db"), sqlite::SqliteConnection::Access::Write);
    db.execute("CREATE TABLE a (text text)");
    db.execute("PRAGMA max_page_count = 10");
    auto insert = [&] { sql::Query(db, "INSERT INTO a VALUES ($1)", std::string(100'000, 'x')).run(); };
    try {
        insert();
        FAIL() << "there is room";
    } catch (const sql::StoreFailure& failure) {
        EXPECT_EQ(failure.code, ErrorCode::StorageFull);
    }
    db.execute("PRAGMA max_page_count = 1000");
    EXPECT_NO_THROW(insert());
}

TEST_F(SqliteTest, ParametersAreTheirNumbersWhereverTheyStand) {
    sqlite::SqliteConnection db(":memory:", sqlite::SqliteConnection::Access::Write);
    sql::Query query(db, "SELECT $2, $1, $2, $3", 1, std::string("two"), std::optional<int>());
    ASSERT_TRUE(query.next());
    std::string second, again;
    int first = 0;
    std::optional<int> third = 5;
    query.read(second, first, again, third);
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, "two");
    EXPECT_EQ(again, "two");
    EXPECT_FALSE(third);
}

}  // namespace ks::contract
