#pragma once

#include "model/account.h"
#include "model/connection.h"
#include "model/file.h"
#include "model/node.h"
#include "model/share.h"
#include "model/upload.h"
#include "ports/bus_message.h"

#include <optional>
#include <string>
#include <vector>

namespace ks {

// Tables of a transaction. All calls are synchronous and run on a thread of the store. If the database fails, an exception unwinds the
// transaction and MetaStore converts it to an Error; code in a transaction handles only its own results.
//
// Concurrency: write transactions may run at the same time. lock() is find() for a write that decides by what it reads: other writers wait
// for the row until this transaction ends, and the result is the newest. Rows are locked in one order, so that transactions can't deadlock:
// node, session, upload, user, file, share with its visitors and downloads; the streams of the journal follow at the end of the
// transaction.

// Keyset pagination: a list continues after the row with this sort key and id and has at most `limit` rows.
struct Page {
    int limit = 50;
    std::string after_key{};  // if after_id is empty, the list starts at its beginning
    std::string after_id{};   // raw bytes of the id
};

// A user's byte totals.
struct Usage {
    std::uint64_t files = 0;     // sizes of files
    std::uint64_t uploads = 0;   // received bytes of unfinished uploads
    std::uint64_t reserved = 0;  // reserved for unfinished uploads

    std::uint64_t used() const { return files + uploads; }
};

class UserTable {
public:
    virtual ~UserTable() = default;
    virtual bool insert(const User& user) = 0;  // returns false if the username is taken
    virtual bool any() = 0;
    virtual std::optional<User> find(const UserId& id) = 0;
    virtual std::optional<User> find(const std::string& username) = 0;
    virtual std::optional<User> lock(const UserId& id) = 0;
    virtual void update(const User& user) = 0;  // password_hash, role, quota, disabled, tokens_valid_from
    virtual void set_last_seen(const UserId& id, Time at) = 0;
    virtual bool remove(const UserId& id) = 0;                                        // cascades to everything the user owns
    virtual std::vector<User> list(const Page& page) = 0;                             // by username, as is after_key
    virtual std::vector<User> list_others(const UserId& than, const Page& page) = 0;  // likewise, without disabled users
    // Reserves `bytes`. Returns false if that would exceed the user's quota, or default_quota if the user has none (0: unlimited).
    virtual bool reserve(const UserId& id, std::uint64_t bytes, std::uint64_t default_quota) = 0;
    virtual void commit_reservation(const UserId& id, std::uint64_t reserved,
                                    std::uint64_t used) = 0;  // releases `reserved` reserved bytes, adds `used`
    virtual void subtract_used_bytes(const UserId& id, std::uint64_t bytes) = 0;
    virtual Usage count_usage(const UserId& id) = 0;  // computed from the rows of files and uploads, not from the user's totals
    virtual void set_usage(const UserId& id, const Usage& usage) = 0;
    // Returns the owners and recipients of active shares with this user, in both directions.
    virtual std::vector<UserId> contacts(const UserId& id, Time now) = 0;
};

class SessionTable {
public:
    virtual ~SessionTable() = default;
    virtual void insert(const Session& session) = 0;
    virtual std::optional<Session> find(const SessionId& id) = 0;
    virtual std::optional<Session> lock(const SessionId& id) = 0;
    virtual void rotate(const SessionId& id, std::uint32_t generation, Time expires_at) = 0;
    virtual bool remove(const SessionId& id) = 0;
    virtual void remove_all(const UserId& user, const std::optional<SessionId>& except = {}) = 0;
    virtual std::vector<Session> list_personal(const UserId& user, const Page& page) = 0;  // by id
    virtual int remove_expired(Time now, int limit) = 0;
    virtual void insert_invitation(const Invitation& invitation) = 0;
    virtual bool has_invitation(const std::string& code_hash, Role role, Time now) = 0;
    virtual std::optional<Invitation> take_invitation(const std::string& code_hash, Role role, Time now) = 0;  // finds and removes it
    virtual void remove_invitations(Role role) = 0;
    virtual std::vector<Invitation> list_invitations(Role role, Time now, const Page& page) = 0;  // by id
    virtual bool remove_invitation(const InvitationId& id, Role role) = 0;
    virtual void put_password_reset(const PasswordReset& reset) = 0;  // replaces an earlier one of the user
    virtual std::optional<UserId> find_password_reset(const std::string& code_hash, Time now) = 0;
    virtual void remove_password_reset(const UserId& user) = 0;
};

class UploadTable {
public:
    virtual ~UploadTable() = default;
    virtual void insert(const Upload& upload) = 0;
    virtual std::optional<Upload> find(const FileId& id) = 0;
    virtual std::optional<Upload> lock(const FileId& id) = 0;
    virtual void update(const Upload& upload) = 0;  // total, received, reserved, turn, node, expires_at
    // The upload has become a file of `size` bytes: it is finished, of this kind, reserves nothing and has no node. Returns false if it no
    // longer exists.
    virtual bool promote(const FileId& id, UploadKind kind, std::uint64_t size) = 0;
    virtual bool remove(const FileId& id) = 0;
    virtual std::vector<Upload> list(const UserId& owner) = 0;
    virtual std::uint64_t count_unfinished(const UserId& owner, const FileId& but) = 0;  // resumable ones, without `but`
    // Locks resumable ones, including finished ones, without those that another transaction has locked.
    virtual std::vector<Upload> lock_expired(Time now, int limit) = 0;
    virtual std::vector<Upload> lock_of_node(const NodeId& node, int limit) = 0;
    virtual std::uint64_t count_under_way() = 0;  // those with a node
};

enum class FileSort : std::uint8_t { CreatedAt, Filename, Size };

class FileTable {
public:
    virtual ~FileTable() = default;
    virtual void insert(const File& file) = 0;
    virtual std::optional<File> find(const FileId& id) = 0;
    virtual std::optional<File> lock(const FileId& id) = 0;
    virtual void rename(const FileId& id, const std::string& filename) = 0;
    // Rebuilds the search and sort keys of up to `limit` files with keys of an earlier version. Returns the number of files.
    virtual int refresh_name_keys(int limit) = 0;
    virtual bool remove(const FileId& id) = 0;  // cascades to shares
    // Returns files with names that contain `query`, compared by fold_case (empty: all). after_key: milliseconds, folded name or bytes, as
    // text.
    virtual std::vector<File> list(const UserId& owner, const std::string& query, FileSort sort, bool descending, const Page& page) = 0;
    virtual std::vector<FileId> list_ids(const UserId& owner) = 0;
    virtual std::uint64_t count_empty(const UserId& owner) = 0;

    // Returns all files, ordered by id, to check them against the blobs.
    virtual std::vector<File> all(const std::optional<FileId>& after, int limit) = 0;

    // Pending blob deletions: recorded in the transaction that removes the file or upload, cleared after the blob is deleted, so that a
    // crash leaves no orphaned blob.
    virtual void schedule_blob_deletion(const FileId& id) = 0;
    virtual void clear_blob_deletion(const FileId& id) = 0;
    virtual std::vector<FileId> blob_deletions(int limit, const std::optional<FileId>& after) = 0;
};

class ShareTable {
public:
    virtual ~ShareTable() = default;
    virtual void insert(const Share& share, const std::vector<UserId>& recipients) = 0;
    virtual std::optional<Share> find(const ShareId& id) = 0;
    virtual std::optional<Share> find(const std::string& token) = 0;
    virtual std::optional<Share> lock(const ShareId& id) = 0;
    virtual void update(const Share& share) = 0;  // expires_at, max_downloads, password_hash, ended_at
    virtual bool remove(const ShareId& id) = 0;
    virtual std::vector<Share> list(const UserId& owner, const std::optional<FileId>& file, const Page& page) = 0;  // newest first
    virtual std::vector<Share> list_received(const UserId& recipient, Time now,
                                             const Page& page) = 0;  // downloadable ones, newest first
    virtual std::vector<Share> active_shares_of(const FileId& file, Time now) = 0;
    virtual std::vector<UserId> recipients(const ShareId& id) = 0;
    virtual std::vector<std::string> recipient_names(const ShareId& id) = 0;
    virtual bool remove_recipient(const ShareId& id, const UserId& user) = 0;

    // Marks the share as ended. Returns false if it already is.
    virtual bool end(const ShareId& id, Time now) = 0;
    // Locks those past expires_at that are not marked as ended, without those that another transaction has locked.
    virtual std::vector<Share> lock_due(Time now, int limit) = 0;
    virtual std::optional<Time> next_expiry() = 0;  // of shares not marked as ended

    virtual std::optional<Visitor> find_visitor(const ShareId& id, const std::string& key, Time now) = 0;  // only during the visit
    virtual void put_visitor(const Visitor& visitor) = 0;
    virtual void lock_visitors(const ShareId& id) = 0;  // after a change of the password
    virtual int remove_old_visitors(Time now, int limit) = 0;
    virtual std::uint64_t count_visit(const ShareId& id) = 0;  // increments and returns visit_count

    virtual std::optional<VisitSum> find_visit_sum(const ShareId& id) = 0;
    virtual void put_visit_sum(const VisitSum& sum) = 0;
    virtual std::vector<ShareId> due_visit_sums(Time pending_since, int limit) = 0;  // by id; pending since that time or earlier
};

// Downloads of shares in progress, and reservations of the downloads that a share allows.
class DownloadTable {
public:
    virtual ~DownloadTable() = default;
    // Reserves one of the remaining downloads. Returns false if none is left or the share has ended. Concurrent calls never exceed the
    // limit.
    virtual bool reserve(const ShareId& share, Time now) = 0;
    virtual void commit_reservation(const ShareId& share, bool counts) = 0;  // commits a reservation if it counts, otherwise releases it
    virtual void insert(const Download& download) = 0;
    virtual std::optional<Download> find(const DownloadId& id) = 0;
    virtual std::optional<Download> find_newest(const ShareId& share, const std::string& visitor_key) = 0;
    virtual void update(const Download& download) = 0;  // announced, complete, sent
    virtual void remove(const DownloadId& id) = 0;

    virtual void insert(const DownloadRequest& request) = 0;
    virtual bool remove(const DownloadRequestId& id) = 0;
    virtual bool set_ending(const DownloadRequestId& id, const SentRange& range) = 0;  // returns false if it is unknown
    virtual bool has_requests(const DownloadId& id) = 0;
    virtual std::vector<DownloadRequest> requests_of(const NodeId& node, int limit) = 0;
};

// Nodes of the installation and their leases. Times are those of the database's clock.
class NodeTable {
public:
    virtual ~NodeTable() = default;
    virtual Time now() = 0;
    virtual void insert(const Node& node) = 0;
    virtual bool renew(const NodeId& id, Time at) = 0;  // returns false if the node is unknown
    virtual bool remove(const NodeId& id) = 0;
    virtual std::vector<Node> list() = 0;  // by start
    // Locks a node, except `but`, that has not renewed its lease since `time`. Skips those that another transaction has locked.
    virtual std::optional<Node> lock_expired(Time time, const NodeId& but) = 0;
    // Returns the check value of the secret of all nodes: that of the first one that has called this.
    virtual std::string secret_check(const std::string& own) = 0;
};

// Connections to the nodes of the installation, and presence as it follows from them.
class ConnectionTable {
public:
    static constexpr std::size_t max_keys = 32;  // per call

    virtual ~ConnectionTable() = default;
    // Locks the counts of these keys, whether or not they have rows, in one order for all callers.
    virtual void lock(const std::vector<ConnectionKey>& keys) = 0;
    virtual std::vector<ClusterCount> counts(const std::vector<ConnectionKey>& keys, const NodeId& node) = 0;  // in the order of `keys`
    virtual void put(const ConnectionKey& key, const NodeId& node, std::int64_t connections) = 0;
    virtual void remove(const ConnectionKey& key, const NodeId& node) = 0;
    virtual std::vector<ConnectionKey> keys_of(const NodeId& node, int limit) = 0;  // in the order of the table
    virtual ConnectionTotals totals() = 0;
    virtual std::vector<bool> are_online(const std::vector<UserId>& users) = 0;  // in the order of `users`
    // Records that a user has come or gone. Returns the version of the change.
    virtual std::uint64_t note_change(const UserId& user, bool is_online, Time now) = 0;
    virtual std::vector<PresenceChange> changes_since(Time time) = 0;
};

// Revocations of the last minute.
class RevocationTable {
public:
    virtual ~RevocationTable() = default;
    virtual void insert(const Revocation& revocation, Time at) = 0;
    virtual std::vector<RecordedRevocation> list_since(Time time) = 0;
    virtual int remove_before(Time time, int limit) = 0;
};

// Rate limits that hold for all nodes together: theoretical arrival times of the generic cell rate algorithm (ITU-T I.371).
class RateLimitTable {
public:
    virtual ~RateLimitTable() = default;
    // Takes one event of the key, which has one every `interval` and may be ahead by `tolerance`. Returns false if that exceeds the rate.
    virtual bool take(const std::string& key_hash, std::chrono::microseconds interval, std::chrono::microseconds tolerance, Time now) = 0;
    virtual void refund(const std::string& key_hash, std::chrono::microseconds interval) = 0;
    virtual int remove_before(Time time, int limit) = 0;  // full limits: their arrival is before `time`
};

// An event in a user's stream.
struct JournalEntry {
    StreamPosition position;
    std::string type{};  // empty in rows from before migration 0012
    std::optional<SubjectId> subject{};
    std::string message;
    Time at{};
};

class JournalTable {
public:
    static constexpr std::size_t max_heads = 1000;

    virtual ~JournalTable() = default;
    // Appends the event to the stream of each of recipients.users (of every user if recipients.everyone is set) and sets positions and
    // fingerprint. Trims each stream to the newest events that the store is configured to keep.
    virtual void append(EventDelivery& delivery) = 0;
    // Locks the streams of these users, or all, in the order in which append() does.
    virtual void lock_streams(const Recipients& recipients) = 0;
    virtual std::int64_t head(const UserId& user) = 0;
    virtual std::vector<std::int64_t> heads(const std::vector<UserId>& users) = 0;  // in the order of `users`, at most max_heads
    // Returns the user's events after `position` in order: at most `limit`, ending with the event that reaches `max_bytes`.
    virtual std::vector<JournalEntry> read(const UserId& user, std::int64_t position, int limit, std::size_t max_bytes) = 0;
    virtual int remove_before(Time time, int limit) = 0;  // at most `limit` entries; returns how many
    // Returns the random id of this journal; stores `made_now` as the id if it has none.
    virtual std::string epoch(const std::string& made_now) = 0;
};

// Response of a request that created a resource, kept for retries of that request.
struct IdempotentResponse {
    std::string key_hash;
    UserId user_id;
    std::string request_hash{};
    std::string answer{};  // encrypted
    Time created_at{};
};

class IdempotencyTable {
public:
    virtual ~IdempotencyTable() = default;
    virtual std::optional<IdempotentResponse> find(const std::string& key_hash, Time since) = 0;  // created after `since`
    virtual bool insert(const IdempotentResponse& answer) = 0;                                    // returns false if the key exists
    virtual void remove(const std::string& key_hash) = 0;
    virtual void remove_before(const std::string& key_hash, Time time) = 0;
    virtual int remove_before(Time time, int limit) = 0;
};

class Tx {
public:
    virtual ~Tx() = default;
    virtual UserTable& users() = 0;
    virtual SessionTable& sessions() = 0;
    virtual FileTable& files() = 0;
    virtual UploadTable& uploads() = 0;
    virtual ShareTable& shares() = 0;
    virtual DownloadTable& downloads() = 0;
    virtual NodeTable& nodes() = 0;
    virtual ConnectionTable& connections() = 0;
    virtual RevocationTable& revocations() = 0;
    virtual RateLimitTable& rate_limits() = 0;
    virtual JournalTable& journal() = 0;
    virtual IdempotencyTable& idempotency() = 0;

    // Publishes the message after the commit; a rollback discards it.
    void publish(BusMessage message) { messages_.push_back(std::make_shared<BusMessage>(std::move(message))); }

    // Appends the event to the journal at the end of the transaction, and publishes it in its place among the messages.
    void append_and_publish(EventDelivery delivery) {
        publish(std::move(delivery));
        events_.push_back(&std::get<EventDelivery>(*messages_.back()));
    }

    // Called by the store after the work: appends the events. Returns the messages in order.
    std::vector<BusMessagePtr> finish() {
        if (events_.size() > 1) journal().lock_streams(all_recipients());
        for (EventDelivery* event : events_) journal().append(*event);
        return {messages_.begin(), messages_.end()};
    }

private:
    Recipients all_recipients() const {
        Recipients all;
        for (const EventDelivery* event : events_) {
            all.everyone |= event->recipients.everyone;
            all.users.insert(all.users.end(), event->recipients.users.begin(), event->recipients.users.end());
        }
        return all;
    }

    std::vector<std::shared_ptr<BusMessage>> messages_;
    std::vector<EventDelivery*> events_;  // those of messages_ to append
};

}  // namespace ks
