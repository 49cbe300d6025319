#pragma once

#include "adapters/sql/connection.h"
#include "ports/tx.h"

namespace ks::sql {

// Tables of a transaction on a SQL database, in SQL that every supported database accepts. All calls may throw StoreFailure.

class SqlUsers final : public UserTable {
public:
    explicit SqlUsers(SqlConnection& db) : db_(db) {}
    bool insert(const User& user) override;
    bool any() override;
    std::optional<User> find(const UserId& id) override;
    std::optional<User> find(const std::string& username) override;
    std::optional<User> lock(const UserId& id) override;
    void update(const User& user) override;
    void set_last_seen(const UserId& id, Time at) override;
    bool remove(const UserId& id) override;
    std::vector<User> list(const Page& page) override;
    std::vector<User> list_others(const UserId& than, const Page& page) override;
    bool reserve(const UserId& id, std::uint64_t bytes, std::uint64_t default_quota) override;
    void commit_reservation(const UserId& id, std::uint64_t reserved, std::uint64_t used) override;
    void subtract_used_bytes(const UserId& id, std::uint64_t bytes) override;
    Usage count_usage(const UserId& id) override;
    void set_usage(const UserId& id, const Usage& usage) override;
    std::vector<UserId> contacts(const UserId& id, Time now) override;

private:
    SqlConnection& db_;
};

class SqlSessions final : public SessionTable {
public:
    explicit SqlSessions(SqlConnection& db) : db_(db) {}
    void insert(const Session& session) override;
    std::optional<Session> find(const SessionId& id) override;
    std::optional<Session> lock(const SessionId& id) override;
    void rotate(const SessionId& id, std::uint32_t generation, Time expires_at) override;
    bool remove(const SessionId& id) override;
    void remove_all(const UserId& user, const std::optional<SessionId>& except) override;
    std::vector<Session> list_personal(const UserId& user, const Page& page) override;
    int remove_expired(Time now, int limit) override;  // also unused invitations
    void insert_invitation(const Invitation& invitation) override;
    bool has_invitation(const std::string& code_hash, Role role, Time now) override;
    std::optional<Invitation> take_invitation(const std::string& code_hash, Role role, Time now) override;
    void remove_invitations(Role role) override;
    std::vector<Invitation> list_invitations(Role role, Time now, const Page& page) override;
    bool remove_invitation(const InvitationId& id, Role role) override;
    void put_password_reset(const PasswordReset& reset) override;
    std::optional<UserId> find_password_reset(const std::string& code_hash, Time now) override;
    void remove_password_reset(const UserId& user) override;

private:
    SqlConnection& db_;
};

class SqlFiles final : public FileTable {
public:
    explicit SqlFiles(SqlConnection& db) : db_(db) {}
    void insert(const File& file) override;
    std::optional<File> find(const FileId& id) override;
    std::optional<File> lock(const FileId& id) override;
    void rename(const FileId& id, const std::string& filename) override;
    int refresh_name_keys(int limit) override;
    bool remove(const FileId& id) override;
    std::vector<File> list(const UserId& owner, const std::string& query, FileSort sort, bool descending, const Page& page) override;
    std::vector<FileId> list_ids(const UserId& owner) override;
    std::uint64_t count_empty(const UserId& owner) override;
    std::vector<File> all(const std::optional<FileId>& after, int limit) override;
    void schedule_blob_deletion(const FileId& id) override;
    void clear_blob_deletion(const FileId& id) override;
    std::vector<FileId> blob_deletions(int limit, const std::optional<FileId>& after) override;

private:
    SqlConnection& db_;
};

class SqlUploads final : public UploadTable {
public:
    explicit SqlUploads(SqlConnection& db) : db_(db) {}
    void insert(const Upload& upload) override;
    std::optional<Upload> find(const FileId& id) override;
    std::optional<Upload> lock(const FileId& id) override;
    void update(const Upload& upload) override;
    bool promote(const FileId& id, UploadKind kind, std::uint64_t size) override;
    bool remove(const FileId& id) override;
    std::vector<Upload> list(const UserId& owner) override;
    std::uint64_t count_unfinished(const UserId& owner, const FileId& but) override;
    std::vector<Upload> lock_expired(Time now, int limit) override;
    std::vector<Upload> lock_of_node(const NodeId& node, int limit) override;
    std::uint64_t count_under_way() override;

private:
    SqlConnection& db_;
};

class SqlShares final : public ShareTable {
public:
    explicit SqlShares(SqlConnection& db) : db_(db) {}
    void insert(const Share& share, const std::vector<UserId>& recipients) override;
    std::optional<Share> find(const ShareId& id) override;
    std::optional<Share> find(const std::string& token) override;
    std::optional<Share> lock(const ShareId& id) override;
    void update(const Share& share) override;
    bool remove(const ShareId& id) override;
    std::vector<Share> list(const UserId& owner, const std::optional<FileId>& file, const Page& page) override;
    std::vector<Share> list_received(const UserId& recipient, Time now, const Page& page) override;
    std::vector<Share> active_shares_of(const FileId& file, Time now) override;
    std::vector<UserId> recipients(const ShareId& id) override;
    std::vector<std::string> recipient_names(const ShareId& id) override;
    bool remove_recipient(const ShareId& id, const UserId& user) override;
    bool end(const ShareId& id, Time now) override;
    std::vector<Share> lock_due(Time now, int limit) override;
    std::optional<Time> next_expiry() override;
    std::optional<Visitor> find_visitor(const ShareId& id, const std::string& key, Time now) override;
    void put_visitor(const Visitor& visitor) override;
    void lock_visitors(const ShareId& id) override;
    int remove_old_visitors(Time now, int limit) override;
    std::uint64_t count_visit(const ShareId& id) override;
    std::optional<VisitSum> find_visit_sum(const ShareId& id) override;
    void put_visit_sum(const VisitSum& sum) override;
    std::vector<ShareId> due_visit_sums(Time pending_since, int limit) override;

private:
    SqlConnection& db_;
};

class SqlDownloads final : public DownloadTable {
public:
    explicit SqlDownloads(SqlConnection& db) : db_(db) {}
    bool reserve(const ShareId& share, Time now) override;
    void commit_reservation(const ShareId& share, bool counts) override;
    void insert(const Download& download) override;
    std::optional<Download> find(const DownloadId& id) override;
    std::optional<Download> find_newest(const ShareId& share, const std::string& visitor_key) override;
    void update(const Download& download) override;
    void remove(const DownloadId& id) override;
    void insert(const DownloadRequest& request) override;
    bool remove(const DownloadRequestId& id) override;
    bool set_ending(const DownloadRequestId& id, const SentRange& range) override;
    bool has_requests(const DownloadId& id) override;
    std::vector<DownloadRequest> requests_of(const NodeId& node, int limit) override;

private:
    SqlConnection& db_;
};

class SqlNodes final : public NodeTable {
public:
    explicit SqlNodes(SqlConnection& db) : db_(db) {}
    Time now() override;
    void insert(const Node& node) override;
    bool renew(const NodeId& id, Time at) override;
    bool remove(const NodeId& id) override;
    std::vector<Node> list() override;
    std::optional<Node> lock_expired(Time time, const NodeId& but) override;
    std::string secret_check(const std::string& own) override;

private:
    SqlConnection& db_;
};

class SqlConnections final : public ConnectionTable {
public:
    explicit SqlConnections(SqlConnection& db) : db_(db) {}
    void lock(const std::vector<ConnectionKey>& keys) override;
    std::vector<ClusterCount> counts(const std::vector<ConnectionKey>& keys, const NodeId& node) override;
    void put(const ConnectionKey& key, const NodeId& node, std::int64_t connections) override;
    void remove(const ConnectionKey& key, const NodeId& node) override;
    std::vector<ConnectionKey> keys_of(const NodeId& node, int limit) override;
    ConnectionTotals totals() override;
    std::vector<bool> are_online(const std::vector<UserId>& users) override;
    std::uint64_t note_change(const UserId& user, bool is_online, Time now) override;
    std::vector<PresenceChange> changes_since(Time time) override;

private:
    SqlConnection& db_;
};

class SqlRevocations final : public RevocationTable {
public:
    explicit SqlRevocations(SqlConnection& db) : db_(db) {}
    void insert(const Revocation& revocation, Time at) override;
    std::vector<RecordedRevocation> list_since(Time time) override;
    int remove_before(Time time, int limit) override;

private:
    SqlConnection& db_;
};

class SqlRateLimits final : public RateLimitTable {
public:
    explicit SqlRateLimits(SqlConnection& db) : db_(db) {}
    bool take(const std::string& key_hash, std::chrono::microseconds interval, std::chrono::microseconds tolerance, Time now) override;
    void refund(const std::string& key_hash, std::chrono::microseconds interval) override;
    int remove_before(Time time, int limit) override;

private:
    SqlConnection& db_;
};

struct JournalLimits {
    std::int64_t events_per_user = 10'000;
};

class SqlJournal final : public JournalTable {
public:
    SqlJournal(SqlConnection& db, JournalLimits limits) : db_(db), limits_(limits) {}
    void append(EventDelivery& delivery) override;
    void lock_streams(const Recipients& recipients) override;
    std::int64_t head(const UserId& user) override;
    std::vector<std::int64_t> heads(const std::vector<UserId>& users) override;
    std::vector<JournalEntry> read(const UserId& user, std::int64_t position, int limit, std::size_t max_bytes) override;
    int remove_before(Time time, int limit) override;
    std::string epoch(const std::string& made_now) override;

private:
    void trim(const UserId& user, std::int64_t head);

    SqlConnection& db_;
    const JournalLimits limits_;
};

class SqlIdempotency final : public IdempotencyTable {
public:
    explicit SqlIdempotency(SqlConnection& db) : db_(db) {}
    std::optional<IdempotentResponse> find(const std::string& key_hash, Time since) override;
    bool insert(const IdempotentResponse& answer) override;
    void remove(const std::string& key_hash) override;
    void remove_before(const std::string& key_hash, Time time) override;
    int remove_before(Time time, int limit) override;

private:
    SqlConnection& db_;
};

// Parses a numeric sort key of a Page; 0 if it is not a number.
std::int64_t key_as_number(const std::string& key);

}  // namespace ks::sql
