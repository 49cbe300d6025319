#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

namespace ks::sql {

namespace {

const std::string select_user =
    "SELECT id, username, password_hash, role, quota_bytes, used_bytes, reserved_bytes, disabled, tokens_valid_from, created_at, "
    "last_seen FROM users ";

User user_of(Query& row) {
    User user;
    std::string role;
    row.read(user.id, user.username, user.password_hash, role, user.quota_bytes, user.used_bytes, user.reserved_bytes, user.disabled,
             user.tokens_valid_from, user.created_at, user.last_seen);
    user.role = role_named(role).value_or(Role::User);
    return user;
}

}  // namespace

bool SqlUsers::insert(const User& user) {
    constexpr auto sql =
        "INSERT INTO users (id, username, password_hash, role, quota_bytes, used_bytes, disabled, tokens_valid_from, created_at, "
        "last_seen) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (username) DO NOTHING";
    Query query(db_, sql, user.id, user.username, user.password_hash, name_of(user.role), user.quota_bytes, user.used_bytes, user.disabled,
                user.tokens_valid_from, user.created_at, user.last_seen);
    if (query.run() == 0) return false;
    Query(db_, "INSERT INTO streams (user_id, head) VALUES ($1, 0)", user.id).run();
    return true;
}

bool SqlUsers::any() { return Query(db_, "SELECT 1 FROM users LIMIT 1").next(); }

std::optional<User> SqlUsers::find(const UserId& id) {
    static const std::string sql = select_user + "WHERE id = $1";
    Query query(db_, sql, id);
    return query.next() ? std::optional(user_of(query)) : std::nullopt;
}

std::optional<User> SqlUsers::find(const std::string& username) {
    static const std::string sql = select_user + "WHERE username = $1";
    Query query(db_, sql, username);
    return query.next() ? std::optional(user_of(query)) : std::nullopt;
}

std::optional<User> SqlUsers::lock(const UserId& id) {
    static const LockingSelect select(select_user + "WHERE id = $1");
    Query query(db_, select.in(db_), id);
    return query.next() ? std::optional(user_of(query)) : std::nullopt;
}

void SqlUsers::update(const User& user) {
    Query(db_, "UPDATE users SET role = $2, quota_bytes = $3, disabled = $4, tokens_valid_from = $5, password_hash = $6 WHERE id = $1",
          user.id, name_of(user.role), user.quota_bytes, user.disabled, user.tokens_valid_from, user.password_hash)
        .run();
}

void SqlUsers::set_last_seen(const UserId& id, Time at) { Query(db_, "UPDATE users SET last_seen = $2 WHERE id = $1", id, at).run(); }

bool SqlUsers::remove(const UserId& id) { return Query(db_, "DELETE FROM users WHERE id = $1", id).run() > 0; }

std::vector<User> SqlUsers::list(const Page& page) {
    static const std::string sql = select_user + "WHERE username > $1 ORDER BY username LIMIT $2";
    Query query(db_, sql, page.after_id.empty() ? std::string() : page.after_key, page.limit);
    std::vector<User> users;
    while (query.next()) users.push_back(user_of(query));
    return users;
}

std::vector<User> SqlUsers::list_others(const UserId& than, const Page& page) {
    static const std::string sql = select_user + "WHERE username > $1 AND id <> $2 AND disabled = 0 ORDER BY username LIMIT $3";
    Query query(db_, sql, page.after_id.empty() ? std::string() : page.after_key, than, page.limit);
    std::vector<User> users;
    while (query.next()) users.push_back(user_of(query));
    return users;
}

bool SqlUsers::reserve(const UserId& id, std::uint64_t bytes, std::uint64_t default_quota) {
    // The maximum stands for "no limit" and is enforced as one, so that the sum can't overflow.
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    if (bytes > most) return false;
    Query query(db_,
                "UPDATE users SET reserved_bytes = reserved_bytes + $2 "
                "WHERE id = $1 AND CASE WHEN quota_bytes > 0 THEN quota_bytes ELSE $3 END - used_bytes - reserved_bytes >= $2",
                id, bytes, default_quota == 0 ? most : default_quota);
    return query.run() > 0;
}

void SqlUsers::commit_reservation(const UserId& id, std::uint64_t reserved, std::uint64_t used) {
    Query(db_,
          "UPDATE users SET reserved_bytes = CASE WHEN reserved_bytes > $2 THEN reserved_bytes - $2 ELSE 0 END, "
          "used_bytes = used_bytes + $3 WHERE id = $1",
          id, reserved, used)
        .run();
}

void SqlUsers::subtract_used_bytes(const UserId& id, std::uint64_t bytes) {
    Query(db_, "UPDATE users SET used_bytes = CASE WHEN used_bytes > $2 THEN used_bytes - $2 ELSE 0 END WHERE id = $1", id, bytes).run();
}

Usage SqlUsers::count_usage(const UserId& id) {
    Query query(db_,
                "SELECT (SELECT CAST(COALESCE(SUM(size), 0) AS bigint) FROM files WHERE owner_id = $1), "
                "CAST(COALESCE(SUM(received), 0) AS bigint), CAST(COALESCE(SUM(reserved), 0) AS bigint) FROM uploads WHERE owner_id = $1 "
                "AND finished = 0",
                id);
    Usage usage;
    if (query.next()) query.read(usage.files, usage.uploads, usage.reserved);
    return usage;
}

void SqlUsers::set_usage(const UserId& id, const Usage& usage) {
    Query(db_, "UPDATE users SET used_bytes = $2, reserved_bytes = $3 WHERE id = $1", id, usage.used(), usage.reserved).run();
}

std::vector<UserId> SqlUsers::contacts(const UserId& id, Time now) {
    constexpr auto sql =
        "SELECT s.owner_id FROM share_recipients r JOIN shares s ON s.id = r.share_id WHERE r.user_id = $1 AND s.owner_id <> $1 "
        "AND s.ended_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > $2) "
        "AND (s.max_downloads IS NULL OR s.download_count < s.max_downloads) "
        "UNION "
        "SELECT r.user_id FROM shares s JOIN share_recipients r ON r.share_id = s.id WHERE s.owner_id = $1 AND r.user_id <> $1 "
        "AND s.ended_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > $2) "
        "AND (s.max_downloads IS NULL OR s.download_count < s.max_downloads)";
    Query query(db_, sql, id, now);
    std::vector<UserId> users;
    while (query.next()) query.read(users.emplace_back());
    return users;
}

}  // namespace ks::sql
