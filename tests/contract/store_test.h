#pragma once

#include "adapters/postgres/postgres_store.h"
#include "adapters/sqlite/sqlite_store.h"
#include "ports/meta_store.h"
#include "tests/contract/postgres_server.h"
#include "tests/contract/run.h"
#include "tests/contract/temp_dir.h"

#include <gtest/gtest.h>

namespace ks::contract {

inline const Time noon = from_millis(1'800'000'000'000);

// Store implementations that the MetaStore suites run against.
enum class StoreKind { SqliteFile, SqliteMemory, Postgres };

// Adapts infallible work (Tx& → T or void) to fallible work (Tx& → Result).
template <class Work>
auto giving_result(Work work) {
    using Outcome = std::invoke_result_t<Work, Tx&>;
    if constexpr (std::is_void_v<Outcome>) {
        return [work](Tx& tx) -> Result<bool> {
            work(tx);
            return true;
        };
    } else {
        return [work](Tx& tx) -> Result<Outcome> { return work(tx); };
    }
}

class StoreTest : public testing::TestWithParam<StoreKind> {
protected:
    void SetUp() override { open(); }

    void open() {
        if (GetParam() == StoreKind::Postgres) {
            if (!database_) database_.emplace();
            store_ =
                std::make_unique<postgres::PostgresStore>(postgres::PostgresOptions{.url = database_->url(), .journal = journal_limits_});
            return;
        }
        sqlite::SqliteOptions options{.path = GetParam() == StoreKind::SqliteFile ? dir_.path("test.db") : ":memory:",
                                      .journal = journal_limits_};
        store_ = std::make_unique<sqlite::SqliteStore>(std::move(options));
    }
    void reopen() {
        store_.reset();
        open();
    }
    void limit_journal(sql::JournalLimits limits) {
        journal_limits_ = limits;
        reopen();
    }
    bool lasts() const { return GetParam() != StoreKind::SqliteMemory; }
    bool is_serial() const { return GetParam() != StoreKind::Postgres; }  // commits in the order of acceptance

    MetaStore& store() { return *store_; }
    std::string database_url() const { return database_->url(); }  // of StoreKind::Postgres

    // Runs `work` (Tx& → Result<T>) and returns its outcome.
    template <class Work>
    auto try_write(Work work) {
        return run(ks::write(*store_, std::move(work)));
    }
    // The same for infallible work (Tx& → T or void); throws on failure.
    template <class Work>
    auto write(Work work) {
        return try_write(giving_result(std::move(work))).value();
    }
    template <class Work>
    auto read(Work work) {
        return run(ks::read(*store_, giving_result(std::move(work)))).value();
    }

    User add_user(const std::string& name, std::uint64_t quota = 0) {
        User user{.id = UserId::make(), .username = name, .password_hash = "hash of " + name, .quota_bytes = quota, .created_at = noon};
        EXPECT_TRUE(write([&](Tx& tx) { return tx.users().insert(user); }));
        return user;
    }
    File add_file(const User& owner, const std::string& name, std::uint64_t size = 1, Time created_at = noon) {
        File file{FileId::make(), owner.id, name, size, "text/plain", std::string(32, '\0'), created_at};
        write([&](Tx& tx) { tx.files().insert(file); });
        return file;
    }
    Share add_share(const File& file, const std::vector<UserId>& recipients = {}, std::optional<Time> expires_at = {},
                    std::optional<std::uint64_t> max_downloads = {}, Time created_at = noon) {
        Share share{.id = ShareId::make(), .file_id = file.id, .owner_id = file.owner_id};
        share.token = share.id.text();
        share.expires_at = expires_at;
        share.max_downloads = max_downloads;
        share.created_at = created_at;
        write([&](Tx& tx) { tx.shares().insert(share, recipients); });
        return share;
    }

private:
    TempDir dir_;
    std::optional<PostgresDatabase> database_;
    sql::JournalLimits journal_limits_{};
    std::unique_ptr<MetaStore> store_;
};

inline std::string name_of_kind(const testing::TestParamInfo<StoreKind>& info) {
    switch (info.param) {
        case StoreKind::SqliteFile: return "SqliteFile";
        case StoreKind::SqliteMemory: return "SqliteMemory";
        case StoreKind::Postgres: return "Postgres";
    }
    return {};
}

#define KS_FOR_EVERY_STORE(suite)                                                                                                 \
    INSTANTIATE_TEST_SUITE_P(Stores, suite, testing::Values(StoreKind::SqliteFile, StoreKind::SqliteMemory, StoreKind::Postgres), \
                             name_of_kind)

template <class Thing>
auto ids_of(const std::vector<Thing>& things) {
    std::vector<decltype(Thing::id)> ids;
    for (const Thing& thing : things) ids.push_back(thing.id);
    return ids;
}

}  // namespace ks::contract
