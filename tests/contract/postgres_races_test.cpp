// Pairs of transactions of two nodes that meet at one row. Both have read, or wait to read, before either may go on; the effect must be
// that of one after the other.
#include "adapters/local_bus/local_bus.h"
#include "adapters/memory/memory_blobs.h"
#include "base/crypto.h"
#include "base/password.h"
#include "engine/account_deletion.h"
#include "engine/downloads.h"
#include "engine/password_resets.h"
#include "engine/passwords.h"
#include "engine/resumable_uploads.h"
#include "engine/shares.h"
#include "engine/system_notifications.h"
#include "engine/users.h"
#include "tests/contract/store_test.h"

#include <algorithm>
#include <atomic>
#include <future>

namespace ks::contract {

namespace {

// The services of one node, on the thread that creates it.
struct Node {
    Node(MetaStore& store, const Clock& clock) : store(store), clock(clock) {}

    MetaStore& store;
    const Clock& clock;
    local_bus::LocalBus bus;
    memory::MemoryBlobs blobs;
    Offload pool{0, 0};
    engine::PasswordHashing hashing{{pool, pool}};
    engine::ContentTypes types{blobs, pool};
    engine::BlobReaper reaper{store, blobs};
    engine::Files files{store, blobs, reaper, clock};
    engine::AccountDeletion account_deletion{store, files};
    engine::Uploads uploads{{store,
                             blobs,
                             reaper,
                             bus,
                             clock,
                             pool,
                             types,
                             loop_of_this_thread(),
                             NodeId::make(),
                             {.expire_unfinished = std::chrono::hours(24)}}};
    engine::ResumableUploads resumable{uploads};
    engine::Shares shares{store, pool, clock};
    engine::Sessions sessions{store, hashing, clock, {std::string(32, 's'), std::chrono::minutes(15), std::chrono::hours(24)}};
    engine::Passwords passwords{store, hashing, sessions, clock};
    engine::Users users{store, clock};
    engine::SystemNotifications notifications{store, clock};
};

using Step = std::function<void(Node&)>;

class Text final : public ByteSource {
public:
    // `before_end` is called when all bytes are read.
    explicit Text(
        std::string bytes, std::function<void()> before_end = [] {})
        : bytes_(std::move(bytes)), before_end_(std::move(before_end)) {}
    awaitable<Result<std::size_t>> read_some(std::span<char> out) override {
        std::size_t size = bytes_.copy(out.data(), out.size(), at_);
        at_ += size;
        if (size == 0) before_end_();
        co_return size;
    }
    void interrupt() override {}

private:
    const std::string bytes_;
    const std::function<void()> before_end_;
    std::size_t at_ = 0;
};

class PostgresRacesTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        anna_ = add_user("anna", 1'000'000);
        admin_ = {.user_id = add_user("admin").id, .role = Role::Admin};
    }
    Actor anna() const { return {.user_id = anna_.id}; }

    // Runs two steps while all rows of the table are locked. The second begins when the first waits for a lock or has ended; when both do,
    // the rows are released.
    void race(const std::string& table, const Step& first, const Step& second) {
        postgres::PostgresConnection holder(database_url()), observer(database_url());
        holder.begin_write();
        holder.execute("SELECT 1 FROM " + table + " FOR UPDATE");
        std::atomic<int> ended = 0;
        auto start = [&](const Step& step) {
            return std::thread([&] {
                Node node(store(), clock_);
                step(node);
                ++ended;
            });
        };
        auto wait_for = [&](int count) {
            const std::string waiting =
                "SELECT COUNT(*)::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while (ended + std::stoi(observer.query_text(waiting)) < count) std::this_thread::yield();
        };
        std::thread one = start(first);
        wait_for(1);
        std::thread two = start(second);
        wait_for(2);
        holder.commit();
        one.join();
        two.join();
    }

    User user() {
        return read([&](Tx& tx) { return *tx.users().find(anna_.id); });
    }
    std::optional<Share> find(const Share& share) {
        return read([&](Tx& tx) { return tx.shares().find(share.id); });
    }
    int events(const std::string& type) {
        auto entries = read([&](Tx& tx) { return tx.journal().read(anna_.id, 0, 1'000, 1'000'000); });
        return static_cast<int>(
            std::count_if(entries.begin(), entries.end(), [&](const JournalEntry& entry) { return entry.type == type; }));
    }
    Upload add_upload(UploadKind kind, std::uint64_t received = 0, Time expires_at = noon + Duration(1'000)) {
        Upload upload{.id = FileId::make(), .owner_id = anna_.id, .kind = kind, .total = received, .received = received};
        upload.expires_at = expires_at;
        write([&](Tx& tx) {
            tx.users().commit_reservation(anna_.id, 0, received);
            tx.uploads().insert(upload);
        });
        return upload;
    }

    ManualClock clock_{noon};
    User anna_;
    Actor admin_;
};

}  // namespace

TEST_P(PostgresRacesTest, AFileIsRemovedOnce) {
    File file = add_file(anna_, "letter.txt", 60);
    write([&](Tx& tx) { tx.users().commit_reservation(anna_.id, 0, 100); });
    std::vector<bool> removed(2);
    auto remove = [&](int i) {
        return [&, i](Node& node) { removed[static_cast<std::size_t>(i)] = run(node.files.remove(anna(), file.id)).has_value(); };
    };
    race("files", remove(0), remove(1));
    EXPECT_EQ(std::count(removed.begin(), removed.end(), true), 1);
    EXPECT_EQ(user().used_bytes, 40U);
    EXPECT_EQ(events("FileDeleted"), 1);
}

TEST_P(PostgresRacesTest, AnUploadExpiresOnce) {
    add_upload(UploadKind::Resumable, 60, noon);
    write([&](Tx& tx) { tx.users().commit_reservation(anna_.id, 0, 100); });
    auto expire = [](Node& node) { EXPECT_TRUE(run(node.resumable.expire(10))); };
    race("users", expire, expire);
    EXPECT_EQ(user().used_bytes, 100U);
}

TEST_P(PostgresRacesTest, ARefreshTokenThatIsUsedTwiceAtOnceEndsTheSession) {
    Node node(store(), clock_);
    engine::SignedIn signed_in = write([&](Tx& tx) { return node.sessions.begin(tx, anna_, SessionKind::Tokens); });
    std::atomic<int> refreshed = 0;
    auto refresh = [&](Node& node) { refreshed += run(node.sessions.refresh(signed_in.token)).has_value(); };
    race("sessions", refresh, refresh);
    EXPECT_EQ(refreshed, 1);
    EXPECT_FALSE(run(node.sessions.owner_of(signed_in.token)));
}

TEST_P(PostgresRacesTest, AChangeOfTheQuotaDoesNotEnableAUser) {
    auto change = [&](engine::UserChange change) {
        return [this, change](Node& node) { EXPECT_TRUE(run(node.users.change(admin_, anna_.id, change))); };
    };
    race("users", change({.disabled = true}), change({.quota_bytes = 5}));
    EXPECT_TRUE(user().disabled);
    EXPECT_EQ(user().quota_bytes, 5U);
}

TEST_P(PostgresRacesTest, AnOldPasswordOpensNoSessionAfterItsChange) {
    anna_.password_hash = hash_password("the old password");
    write([&](Tx& tx) { tx.users().update(anna_); });
    auto change = [&](Node& node) { EXPECT_TRUE(run(node.passwords.change_password(anna(), "the old password", "the new password"))); };
    bool signed_in = true;
    auto login = [&](Node& node) { signed_in = run(node.sessions.login("anna", "the old password", SessionKind::Cookie)).has_value(); };
    race("users", change, login);
    EXPECT_FALSE(signed_in);
}

TEST_P(PostgresRacesTest, AShareThatIsProlongedDoesNotExpire) {
    Share share = add_share(add_file(anna_, "letter.txt"), {}, noon - Duration(1));
    auto prolong = [&](Node& node) { EXPECT_TRUE(run(node.shares.change(anna(), share.id, {.expires_at = noon + Duration(1'000)}))); };
    auto expire = [](Node& node) { EXPECT_TRUE(run(node.shares.expire_due(10))); };
    race("shares", prolong, expire);
    EXPECT_FALSE(find(share)->ended_at);
    EXPECT_EQ(events("ShareExpired"), 0);
}

TEST_P(PostgresRacesTest, AShareExpiresOnce) {
    Share share = add_share(add_file(anna_, "letter.txt"), {}, noon - Duration(1));
    auto expire = [](Node& node) { EXPECT_TRUE(run(node.shares.expire_due(10))); };
    auto change = [&](Node& node) { EXPECT_TRUE(run(node.shares.change(anna(), share.id, {.max_downloads = 5}))); };
    race("streams", expire, change);
    EXPECT_TRUE(find(share)->ended_at);
    EXPECT_EQ(events("ShareExpired"), 1);
}

TEST_P(PostgresRacesTest, AVisitIsToldOnce) {
    Share share = add_share(add_file(anna_, "letter.txt"));
    auto visit = [&](Node& node) { EXPECT_TRUE(run(node.shares.open_share(share.token, {}, {.cookie = "a"}))); };
    race("shares", visit, visit);
    EXPECT_EQ(find(share)->visit_count, 1U);
    EXPECT_EQ(events("ShareAccessed"), 1);
}

TEST_P(PostgresRacesTest, AnAppendThatWasTakenOverChangesNothing) {
    Node one(store(), clock_);
    Upload upload = run(one.resumable.create(anna(), {.filename = "film", .total = 100})).value();
    auto append = [&](Node& node, ByteSource& body) {
        return run(node.resumable.append(anna(), upload.id, {.offset = 0, .length = 10}, body));
    };
    auto take_over = [&] {
        auto other_thread = [&] {
            Node other(store(), clock_);
            Text body(std::string(10, 'b'));
            EXPECT_TRUE(append(other, body));
        };
        std::thread(other_thread).join();
    };
    Text body(std::string(10, 'a'), take_over);
    auto outcome = append(one, body);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::Conflict);
    EXPECT_EQ(user().used_bytes, 10U);
    EXPECT_EQ(read([&](Tx& tx) { return tx.uploads().find(upload.id)->received; }), 10U);
}

TEST_P(PostgresRacesTest, AReservationTakesWhatIsLeft) {
    Upload first = add_upload(UploadKind::Resumable), second = add_upload(UploadKind::Resumable);
    auto reserve = [&](Upload upload, std::uint64_t wanted) {
        return [upload, wanted](Node& node) {
            auto work = [upload, wanted](Tx& tx) -> Result<std::uint64_t> {
                Upload row = *tx.uploads().lock(upload.id);
                KS_CHECK(engine::QuotaReservation::reserve(tx, row, wanted, 1, 0));
                tx.uploads().update(row);
                return row.reserved;
            };
            EXPECT_TRUE(run(ks::write(node.store, work)));
        };
    };
    race("users", reserve(first, 600'000), reserve(second, 900'000));
    EXPECT_GT(user().reserved_bytes, 600'000U);
    EXPECT_LE(user().reserved_bytes, 1'000'000U);
}

TEST_P(PostgresRacesTest, PartsBecomeOneFile) {
    std::vector<FileId> parts{add_upload(UploadKind::Partial).id, add_upload(UploadKind::Partial).id};
    std::atomic<int> joined = 0;
    auto join = [&](const std::string& name) {
        return [&, name](Node& node) {
            engine::NewUpload request{.kind = UploadKind::Final, .filename = name, .concat = "final;" + name};
            joined += run(node.resumable.concatenate(anna(), request, parts)).has_value();
        };
    };
    race("uploads", join("a"), join("b"));
    EXPECT_EQ(joined, 1);
    EXPECT_EQ(read([&](Tx& tx) { return tx.files().list_ids(anna_.id).size(); }), 1U);
}

TEST_P(PostgresRacesTest, AnUploadDoesNotEndInAnAccountThatIsRemoved) {
    bool was_stored = true;
    auto remove = [&](Node& node) { EXPECT_TRUE(run(node.account_deletion.remove_user(admin_, anna_.id))); };
    std::promise<void> received, removing;
    std::thread upload([&] {
        Node node(store(), clock_);
        engine::UploadBatch batch = node.uploads.begin(anna());
        Text body("letter");
        EXPECT_TRUE(run(batch.add({.filename = "letter.txt", .expected_bytes = 6, .exact = true}, body)));
        received.set_value();
        removing.get_future().get();
        was_stored = run(batch.commit()).has_value();
    });
    received.get_future().get();
    race("users", remove, [&](Node&) {
        removing.set_value();
        upload.join();
    });
    EXPECT_FALSE(was_stored);
    EXPECT_FALSE(read([&](Tx& tx) { return tx.users().find(anna_.id).has_value(); }));
}

TEST_P(PostgresRacesTest, ACodeSetsOnePassword) {
    write([&](Tx& tx) { tx.sessions().put_password_reset({anna_.id, sha256("code"), noon + Duration(1'000)}); });
    std::atomic<int> changed = 0;
    auto reset = [&](Node& node) {
        changed += run(node.passwords.reset_password("code", "a new password", SessionKind::Tokens)).has_value();
    };
    race("users", reset, reset);
    EXPECT_EQ(changed, 1);
}

// A transaction that was in a deadlock is run again.
TEST_P(PostgresRacesTest, EventsInOppositeOrderDoNotDeadlock) {
    User bert = add_user("bert");
    std::atomic<int> runs = 0;
    auto tell = [&](std::vector<UserId> order) {
        return [&, order](Node& node) {
            auto work = [&runs, order](Tx& tx) -> Result<bool> {
                ++runs;
                for (const UserId& id : order)
                    tx.append_and_publish({.type = "X", .message = "{}", .at = noon, .recipients = {.users = {id}}});
                return true;
            };
            EXPECT_TRUE(run(ks::write(node.store, work)));
        };
    };
    race("streams", tell({anna_.id, bert.id}), tell({bert.id, anna_.id}));
    EXPECT_EQ(runs, 2);
}

TEST_P(PostgresRacesTest, ANoticeAndEventsDoNotDeadlock) {
    std::vector<UserId> users{anna_.id};
    for (int i = 0; i < 20; ++i) users.push_back(add_user("user" + std::to_string(i)).id);
    std::atomic<int> runs = 0;
    auto tell = [&](Recipients recipients) {
        return [&, recipients](Node& node) {
            auto work = [&runs, recipients](Tx& tx) -> Result<bool> {
                ++runs;
                tx.append_and_publish({.type = "X", .message = "{}", .at = noon, .recipients = recipients});
                return true;
            };
            for (int i = 0; i < 20; ++i) EXPECT_TRUE(run(ks::write(node.store, work)));
        };
    };
    race("streams", tell({.everyone = true}), tell({.users = users}));
    EXPECT_EQ(runs, 40);
}

INSTANTIATE_TEST_SUITE_P(Stores, PostgresRacesTest, testing::Values(StoreKind::Postgres), name_of_kind);

}  // namespace ks::contract
