#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"
#include "base/unicode.h"

#include <algorithm>

namespace ks::sql {

namespace {

const std::string select_share =
    "SELECT s.id, s.file_id, s.owner_id, s.token, s.expires_at, s.max_downloads, s.download_count, s.downloads_under_way, "
    "s.password_hash, s.created_at, s.ended_at, s.visit_count FROM shares s ";

// SQL equivalent of !Share::has_ended(); $2 is the current time.
const std::string is_active =
    "s.ended_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > $2) "
    "AND (s.max_downloads IS NULL OR s.download_count < s.max_downloads) ";

Share share_of(Query& row) {
    Share share;
    row.read(share.id, share.file_id, share.owner_id, share.token, share.expires_at, share.max_downloads, share.download_count,
             share.downloads_under_way, share.password_hash, share.created_at, share.ended_at, share.visit_count);
    return share;
}

std::optional<Share> one_share(Query&& query) { return query.next() ? std::optional(share_of(query)) : std::nullopt; }

std::vector<Share> all_shares(Query&& query) {
    std::vector<Share> shares;
    while (query.next()) shares.push_back(share_of(query));
    return shares;
}

// Upper bound of created_at for a page, newest first.
std::int64_t before(const Page& page) {
    return page.after_id.empty() ? std::numeric_limits<std::int64_t>::max() : key_as_number(page.after_key);
}

}  // namespace

void SqlShares::insert(const Share& share, const std::vector<UserId>& recipients) {
    Query(db_,
          "INSERT INTO shares (id, file_id, owner_id, token, expires_at, max_downloads, download_count, downloads_under_way, "
          "password_hash, created_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
          share.id, share.file_id, share.owner_id, share.token, share.expires_at, share.max_downloads, share.download_count,
          share.downloads_under_way, share.password_hash, share.created_at, share.ended_at)
        .run();
    for (const UserId& user : recipients) {
        Query(db_,
              "INSERT INTO share_recipients (share_id, user_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (share_id, user_id) DO NOTHING",
              share.id, user, share.created_at)
            .run();
    }
}

std::optional<Share> SqlShares::find(const ShareId& id) {
    static const std::string sql = select_share + "WHERE s.id = $1";
    return one_share(Query(db_, sql, id));
}

std::optional<Share> SqlShares::find(const std::string& token) {
    if (!is_storable(token)) return std::nullopt;
    static const std::string sql = select_share + "WHERE s.token = $1";
    return one_share(Query(db_, sql, token));
}

std::optional<Share> SqlShares::lock(const ShareId& id) {
    static const LockingSelect select(select_share + "WHERE s.id = $1");
    return one_share(Query(db_, select.in(db_), id));
}

void SqlShares::update(const Share& share) {
    Query(db_, "UPDATE shares SET expires_at = $2, max_downloads = $3, password_hash = $4, ended_at = $5 WHERE id = $1", share.id,
          share.expires_at, share.max_downloads, share.password_hash, share.ended_at)
        .run();
}

bool SqlShares::remove(const ShareId& id) { return Query(db_, "DELETE FROM shares WHERE id = $1", id).run() > 0; }

std::vector<Share> SqlShares::list(const UserId& owner, const std::optional<FileId>& file, const Page& page) {
    static const std::string page_of = "AND (s.created_at, s.id) < ($2, $3) ORDER BY s.created_at DESC, s.id DESC LIMIT $4";
    static const std::string all = select_share + "WHERE s.owner_id = $1 " + page_of;
    static const std::string of_file = select_share + "WHERE s.owner_id = $1 AND s.file_id = $5 " + page_of;
    if (!file) return all_shares(Query(db_, all, owner, before(page), Bytes{page.after_id}, page.limit));
    return all_shares(Query(db_, of_file, owner, before(page), Bytes{page.after_id}, page.limit, *file));
}

std::vector<Share> SqlShares::list_received(const UserId& recipient, Time now, const Page& page) {
    static const std::string sql = select_share +
                                   "JOIN share_recipients r ON r.share_id = s.id WHERE r.user_id = $1 "
                                   "AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = s.owner_id AND u.disabled <> 0) AND " +
                                   is_active +
                                   "AND (s.max_downloads IS NULL OR s.download_count + s.downloads_under_way < s.max_downloads) "
                                   "AND (r.created_at, r.share_id) < ($3, $4) ORDER BY r.created_at DESC, r.share_id DESC LIMIT $5";
    return all_shares(Query(db_, sql, recipient, now, before(page), Bytes{page.after_id}, page.limit));
}

std::vector<Share> SqlShares::active_shares_of(const FileId& file, Time now) {
    static const std::string sql = select_share + "WHERE s.file_id = $1 AND " + is_active + "ORDER BY s.created_at, s.id";
    return all_shares(Query(db_, sql, file, now));
}

std::vector<UserId> SqlShares::recipients(const ShareId& id) {
    Query query(db_, "SELECT user_id FROM share_recipients WHERE share_id = $1 ORDER BY user_id", id);
    std::vector<UserId> users;
    while (query.next()) query.read(users.emplace_back());
    return users;
}

std::vector<std::string> SqlShares::recipient_names(const ShareId& id) {
    Query query(db_, "SELECT u.username FROM share_recipients r JOIN users u ON u.id = r.user_id WHERE r.share_id = $1 ORDER BY r.user_id",
                id);
    std::vector<std::string> names;
    while (query.next()) query.read(names.emplace_back());
    return names;
}

bool SqlShares::remove_recipient(const ShareId& id, const UserId& user) {
    return Query(db_, "DELETE FROM share_recipients WHERE share_id = $1 AND user_id = $2", id, user).run() > 0;
}

bool SqlShares::end(const ShareId& id, Time now) {
    return Query(db_, "UPDATE shares SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", id, now).run() > 0;
}

std::vector<Share> SqlShares::lock_due(Time now, int limit) {
    static const LockingSelect select(select_share + "WHERE s.ended_at IS NULL AND s.expires_at <= $1 ORDER BY s.expires_at LIMIT $2",
                                      " SKIP LOCKED");
    return all_shares(Query(db_, select.in(db_), now, limit));
}

std::optional<Time> SqlShares::next_expiry() {
    Query query(db_, "SELECT expires_at FROM shares WHERE ended_at IS NULL AND expires_at IS NOT NULL ORDER BY expires_at LIMIT 1");
    std::optional<Time> at;
    if (query.next()) query.read(at);
    return at;
}

std::optional<Visitor> SqlShares::find_visitor(const ShareId& id, const std::string& key, Time now) {
    Query query(db_,
                "SELECT visit_started, unlocked, downloaded, number, sent FROM visitors "
                "WHERE share_id = $1 AND visitor_key = $2 AND visit_started > $3",
                id, Bytes{key}, now - visit_length);
    if (!query.next()) return std::nullopt;
    Visitor visitor{.share_id = id, .key = key};
    std::optional<std::string> sent;
    query.read(visitor.visit_started, visitor.unlocked, visitor.downloaded, visitor.number, sent);
    if (sent) visitor.sent = ByteRanges::parse(*sent);
    return visitor;
}

void SqlShares::put_visitor(const Visitor& visitor) {
    std::string sent = visitor.sent.encode();
    Query(db_,
          "INSERT INTO visitors (share_id, visitor_key, visit_started, unlocked, downloaded, number, sent) "
          "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (share_id, visitor_key) DO UPDATE SET "
          "visit_started = excluded.visit_started, unlocked = excluded.unlocked, downloaded = excluded.downloaded, "
          "number = excluded.number, sent = excluded.sent",
          visitor.share_id, Bytes{visitor.key}, visitor.visit_started, visitor.unlocked, visitor.downloaded, visitor.number,
          visitor.sent.empty() ? std::nullopt : std::optional(Bytes{sent}))
        .run();
}

void SqlShares::lock_visitors(const ShareId& id) {
    Query(db_, "UPDATE visitors SET unlocked = 0 WHERE share_id = $1 AND unlocked = 1", id).run();
}

int SqlShares::remove_old_visitors(Time now, int limit) {
    Query query(db_,
                "DELETE FROM visitors WHERE (share_id, visitor_key) IN "
                "(SELECT share_id, visitor_key FROM visitors WHERE visit_started <= $1 ORDER BY visit_started LIMIT $2) "
                "AND visit_started <= $1",
                now - visit_length, limit);
    return static_cast<int>(query.run());
}

std::uint64_t SqlShares::count_visit(const ShareId& id) {
    if (Query(db_, "UPDATE shares SET visit_count = visit_count + 1 WHERE id = $1", id).run() == 0) return 0;
    Query query(db_, "SELECT visit_count FROM shares WHERE id = $1", id);
    std::uint64_t count = 0;
    if (query.next()) query.read(count);
    return count;
}

namespace {

VisitSum visit_sum_of(Query& row) {
    VisitSum sum;
    row.read(sum.share_id, sum.hour_started, sum.told, sum.pending, sum.pending_since);
    return sum;
}

}  // namespace

std::optional<VisitSum> SqlShares::find_visit_sum(const ShareId& id) {
    Query query(db_, "SELECT share_id, hour_started, told, pending, pending_since FROM visit_sums WHERE share_id = $1", id);
    return query.next() ? std::optional(visit_sum_of(query)) : std::nullopt;
}

void SqlShares::put_visit_sum(const VisitSum& sum) {
    Query(db_,
          "INSERT INTO visit_sums (share_id, hour_started, told, pending, pending_since) VALUES ($1, $2, $3, $4, $5) "
          "ON CONFLICT (share_id) DO UPDATE SET hour_started = excluded.hour_started, told = excluded.told, "
          "pending = excluded.pending, pending_since = excluded.pending_since",
          sum.share_id, sum.hour_started, sum.told, sum.pending, sum.pending_since)
        .run();
}

std::vector<ShareId> SqlShares::due_visit_sums(Time pending_since, int limit) {
    Query query(db_, "SELECT share_id FROM visit_sums WHERE pending > 0 AND pending_since <= $1 ORDER BY pending_since LIMIT $2",
                pending_since, limit);
    std::vector<ShareId> shares;
    while (query.next()) query.read(shares.emplace_back());
    std::sort(shares.begin(), shares.end());
    return shares;
}

}  // namespace ks::sql
