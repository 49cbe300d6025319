// Query plans: no statement of a transaction scans a whole table, with the exceptions listed below.
#include "adapters/sql/migrate.h"
#include "adapters/sql/sql_tx.h"
#include "adapters/sqlite/sqlite_connection.h"

#include <gtest/gtest.h>

#include <set>

namespace ks::contract {

namespace {

class RecordingConnection final : public sql::SqlConnection {
public:
    explicit RecordingConnection(sql::SqlConnection& db) : db_(db) {}
    sql::Dialect dialect() const override { return db_.dialect(); }
    sql::Statement& prepare(std::string_view text) override {
        texts.emplace(text);
        return db_.prepare(text);
    }
    void execute(const std::string& text) override { db_.execute(text); }

    std::set<std::string> texts;

private:
    sql::SqlConnection& db_;
};

void use_accounts(Tx& tx, const User& user, const User& other) {
    tx.users().insert(user);
    tx.users().insert(other);
    tx.users().any();
    tx.users().find(user.id);
    tx.users().find(user.username);
    tx.users().update(user);
    tx.users().set_last_seen(user.id, Time{});
    tx.users().list({});
    tx.users().reserve(user.id, 1, 0);
    tx.users().commit_reservation(user.id, 1, 1);
    tx.users().subtract_used_bytes(user.id, 1);
    tx.users().count_usage(user.id);
    tx.users().set_usage(user.id, {});
    tx.users().contacts(user.id, Time{});
    Session session{.id = SessionId::make(), .user_id = user.id};
    tx.sessions().insert(session);
    tx.sessions().find(session.id);
    tx.sessions().rotate(session.id, 1, Time{});
    tx.sessions().list_personal(user.id, {});
    tx.sessions().remove_expired(Time{}, 1);
    tx.sessions().insert_invitation({.code_hash = "hash"});
    tx.sessions().take_invitation("hash", Role::User, Time{});
    tx.sessions().remove_invitations(Role::User);
    tx.sessions().remove(session.id);
    tx.sessions().remove_all(user.id);
}

void use_uploads(Tx& tx, const Upload& upload) {
    tx.uploads().insert(upload);
    tx.uploads().find(upload.id);
    tx.uploads().update(upload);
    tx.uploads().promote(upload.id, UploadKind::Final, 1);
    tx.uploads().list(upload.owner_id);
    tx.uploads().lock_expired(Time{}, 1);
    tx.uploads().lock_of_node(NodeId::make(), 1);
    tx.uploads().count_under_way();
    tx.uploads().remove(upload.id);
}

void use_files(Tx& tx, const File& file) {
    tx.files().insert(file);
    tx.files().find(file.id);
    tx.files().refresh_name_keys(1);
    tx.files().rename(file.id, "b");
    tx.files().all(std::nullopt, 1);
    for (FileSort sort : {FileSort::CreatedAt, FileSort::Filename, FileSort::Size}) {
        for (bool descending : {false, true}) {
            tx.files().list(file.owner_id, "", sort, descending, {});
            tx.files().list(file.owner_id, "", sort, descending, {.after_key = "1", .after_id = std::string(file.id.raw())});
        }
    }
    tx.files().list_ids(file.owner_id);
    tx.files().schedule_blob_deletion(file.id);
    tx.files().blob_deletions(1, {});
    tx.files().clear_blob_deletion(file.id);
}

void use_shares(Tx& tx, const File& file, const User& recipient) {
    ShareTable& shares = tx.shares();
    Share share{.id = ShareId::make(), .file_id = file.id, .owner_id = file.owner_id, .token = "token"};
    shares.insert(share, {recipient.id});
    shares.find(share.id);
    shares.find(share.token);
    shares.update(share);
    shares.list(file.owner_id, {}, {});
    shares.list(file.owner_id, file.id, {});
    shares.list_received(recipient.id, Time{}, {});
    shares.active_shares_of(file.id, Time{});
    shares.recipients(share.id);
    shares.lock_due(Time{}, 1);
    shares.next_expiry();
    shares.count_visit(share.id);
    DownloadTable& downloads = tx.downloads();
    Download download{.id = DownloadId::make(), .share_id = share.id, .visitor_key = "key"};
    downloads.reserve(share.id, Time{});
    downloads.insert(download);
    downloads.find(download.id);
    downloads.find_newest(share.id, "key");
    downloads.update(download);
    downloads.insert(DownloadRequest{.id = DownloadRequestId::make(), .download_id = download.id, .node = NodeId::make()});
    downloads.has_requests(download.id);
    downloads.requests_of(NodeId::make(), 1);
    downloads.remove(DownloadRequestId::make());
    downloads.commit_reservation(share.id, true);
    downloads.remove(download.id);
    shares.put_visitor({.share_id = share.id, .key = "key"});
    shares.find_visitor(share.id, "key", Time{});
    shares.lock_visitors(share.id);
    shares.remove_old_visitors(Time{}, 1);
    shares.end(share.id, Time{});
    shares.remove(share.id);
}

void use_journal(Tx& tx, const User& user) {
    EventDelivery delivery{.type = "FileUploaded", .message = "{}", .recipients = {.users = {user.id}}};
    tx.journal().append(delivery);
    delivery.recipients.everyone = true;
    tx.journal().append(delivery);
    tx.journal().head(user.id);
    tx.journal().heads({user.id});
    tx.journal().read(user.id, 0, 1, 1);
    tx.journal().epoch("epoch");
    tx.journal().remove_before(Time{}, 1);
}

void use_connections(Tx& tx, const User& user) {
    ConnectionTable& connections = tx.connections();
    const NodeId node = NodeId::make();
    connections.lock({user.id});
    connections.counts({user.id, std::string("192.0.2.1")}, node);
    connections.put(user.id, node, 1);
    connections.keys_of(node, 1);
    connections.totals();
    connections.are_online({user.id});
    connections.note_change(user.id, true, Time{});
    connections.changes_since(Time{});
    connections.remove(user.id, node);
    tx.revocations().insert({.user_id = user.id}, Time{});
    tx.revocations().list_since(Time{});
    tx.revocations().remove_before(Time{}, 1);
    tx.rate_limits().take("key", std::chrono::seconds(1), std::chrono::seconds(1), Time{});
    tx.rate_limits().refund("key", std::chrono::seconds(1));
    tx.rate_limits().remove_before(Time{}, 1);
}

void use_idempotency(Tx& tx, const User& user) {
    tx.idempotency().insert({.key_hash = std::string(1, '\0'), .user_id = user.id});
    tx.idempotency().find("key", Time{});
    tx.idempotency().remove("key");
    tx.idempotency().remove_before("key", Time{});
    tx.idempotency().remove_before(Time{}, 1);
}

// Returns the lines of the query plan with a table scan or a sort; index scans are fine.
std::string walks_in(sql::SqlConnection& db, const std::string& text) {
    sql::Statement& plan = db.prepare("EXPLAIN QUERY PLAN " + text);
    std::string found;
    while (plan.step()) {
        std::string line(plan.string_at(3));
        if (line.starts_with("SCAN") || line.find("TEMP B-TREE FOR ORDER BY") != std::string::npos) found += line + "; ";
    }
    plan.reset();
    return found;
}

}  // namespace

TEST(SqlPlansTest, NothingWalksThroughATable) {
    const std::set<std::string> may{
        "SELECT 1 FROM users LIMIT 1",                                                                                  // reads one row
        "SELECT expires_at FROM shares WHERE ended_at IS NULL AND expires_at IS NOT NULL ORDER BY expires_at LIMIT 1",  // reads one row
        "DELETE FROM invitations WHERE role = $1",                                               // once, at the end of the setup
        "SELECT id, filename FROM files WHERE filename_key_version = 0 LIMIT $1",                // at startup: keys of an earlier version
        "UPDATE streams SET head = head + 1 RETURNING user_id, head",                            // system notification to all users
        "SELECT key, CAST(SUM(count) AS bigint) FROM connections WHERE count > 0 GROUP BY key",  // statistics of all connections
    };
    sqlite::SqliteConnection db(":memory:", sqlite::SqliteConnection::Access::Write);
    sql::migrate(db, embedded_files());
    RecordingConnection recording(db);
    sql::SqlTx tx(recording, {.events_per_user = 1});
    User owner{.id = UserId::make(), .username = "owner"}, other{.id = UserId::make(), .username = "other"};
    File file{.id = FileId::make(), .owner_id = owner.id, .filename = "a"};
    use_accounts(tx, owner, other);
    use_files(tx, file);
    use_uploads(tx, {.id = FileId::make(), .owner_id = owner.id});
    use_shares(tx, file, other);
    use_journal(tx, owner);
    use_idempotency(tx, owner);
    use_connections(tx, owner);
    tx.files().remove(file.id);
    tx.users().remove(owner.id);
    EXPECT_GT(recording.texts.size(), 60U);
    for (const std::string& text : recording.texts) {
        bool to_everyone = text.starts_with("INSERT INTO journal (user_id, seq, event_id, type, subject, message, at) SELECT");
        if (may.contains(text) || to_everyone) continue;
        EXPECT_EQ(walks_in(db, text), "") << text;
    }
}

}  // namespace ks::contract
