#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"
#include "base/result.h"
#include "base/siphash.h"

#include <algorithm>
#include <unordered_map>

namespace ks::sql {

namespace {

constexpr std::string_view user_prefix = "user ";
constexpr std::string_view address_prefix = "address ";

std::string text_of(const ConnectionKey& key) {
    if (const auto* user = std::get_if<UserId>(&key)) return std::string(user_prefix) + user->text();
    return std::string(address_prefix) + std::get<std::string>(key);
}

ConnectionKey key_of(std::string_view text) {
    if (text.starts_with(address_prefix)) return std::string(text.substr(address_prefix.size()));
    return UserId::parse(text.substr(user_prefix.size())).value();
}

// Parameters of an IN list with max_keys places; the places beyond `keys` are null and match nothing.
std::vector<std::optional<std::string>> places(const std::vector<ConnectionKey>& keys) {
    KS_ASSERT(keys.size() <= ConnectionTable::max_keys);
    std::vector<std::optional<std::string>> texts;
    for (const ConnectionKey& key : keys) texts.emplace_back(text_of(key));
    texts.resize(ConnectionTable::max_keys);
    return texts;
}

std::string in_list() {
    std::string list = "key IN (";
    for (std::size_t place = 1; place <= ConnectionTable::max_keys; ++place) list += (place == 1 ? "$" : ", $") + std::to_string(place);
    return list + ")";
}

const std::string& select_locks() {
    static const std::string sql = [] {
        std::string values;
        for (std::size_t place = 1; place <= ConnectionTable::max_keys; ++place) {
            values += (place == 1 ? "($" : ", ($") + std::to_string(place) + ")";
        }
        return "SELECT pg_advisory_xact_lock(column1) FROM (VALUES " + values + ") AS hashes WHERE column1 IS NOT NULL";
    }();
    return sql;
}

}  // namespace

// A row cannot be locked before it exists, so the keys are locked by their hashes, until the end of the transaction.
void SqlConnections::lock(const std::vector<ConnectionKey>& keys) {
    KS_ASSERT(keys.size() <= max_keys);
    if (db_.dialect() == Dialect::Sqlite) return;
    std::vector<std::int64_t> hashes;
    for (const ConnectionKey& key : keys) hashes.push_back(static_cast<std::int64_t>(siphash(SipKey{}, text_of(key))));
    std::sort(hashes.begin(), hashes.end());
    std::vector<std::optional<std::int64_t>> parameters(hashes.begin(), hashes.end());
    parameters.resize(max_keys);
    Query(db_, select_locks(), parameters).run();
}

std::vector<ClusterCount> SqlConnections::counts(const std::vector<ConnectionKey>& keys, const NodeId& node) {
    static const std::string sql = "SELECT key, node_id, count FROM connections WHERE " + in_list();
    std::unordered_map<std::string, ClusterCount> found;
    {
        Query query(db_, sql, places(keys));
        while (query.next()) {
            std::string key;
            NodeId at;
            std::int64_t count = 0;
            query.read(key, at, count);
            ClusterCount& counted = found[key];
            if (at == node) {
                counted.has_row = true;
            } else {
                ++counted.other_nodes;
                counted.connections += count;
            }
        }
    }
    std::vector<ClusterCount> counts;
    for (const ConnectionKey& key : keys) counts.push_back(found[text_of(key)]);
    return counts;
}

void SqlConnections::put(const ConnectionKey& key, const NodeId& node, std::int64_t connections) {
    Query(db_,
          "INSERT INTO connections (key, node_id, count) VALUES ($1, $2, $3) "
          "ON CONFLICT (key, node_id) DO UPDATE SET count = excluded.count",
          text_of(key), node, connections)
        .run();
}

void SqlConnections::remove(const ConnectionKey& key, const NodeId& node) {
    Query(db_, "DELETE FROM connections WHERE key = $1 AND node_id = $2", text_of(key), node).run();
}

std::vector<ConnectionKey> SqlConnections::keys_of(const NodeId& node, int limit) {
    Query query(db_, "SELECT key FROM connections WHERE node_id = $1 ORDER BY key LIMIT $2", node, limit);
    std::vector<ConnectionKey> keys;
    for (std::string key; query.next(); keys.push_back(key_of(key))) query.read(key);
    return keys;
}

ConnectionTotals SqlConnections::totals() {
    ConnectionTotals totals;
    Query query(db_, "SELECT key, CAST(SUM(count) AS bigint) FROM connections WHERE count > 0 GROUP BY key");
    while (query.next()) {
        std::string text;
        std::int64_t count = 0;
        query.read(text, count);
        ConnectionKey key = key_of(text);
        if (const auto* user = std::get_if<UserId>(&key)) {
            totals.by_user.emplace_back(*user, count);
        } else {
            totals.connections += count;
        }
    }
    return totals;
}

std::vector<bool> SqlConnections::are_online(const std::vector<UserId>& users) {
    static const std::string sql = "SELECT key FROM connections WHERE " + in_list();
    std::vector<bool> online;
    for (std::size_t first = 0; first < users.size(); first += max_keys) {
        std::size_t last = std::min(first + max_keys, users.size());
        std::vector<ConnectionKey> keys(users.begin() + static_cast<std::ptrdiff_t>(first),
                                        users.begin() + static_cast<std::ptrdiff_t>(last));
        std::vector<std::string> found;
        {
            Query query(db_, sql, places(keys));
            for (std::string key; query.next(); found.push_back(key)) query.read(key);
        }
        for (const ConnectionKey& key : keys) online.push_back(std::find(found.begin(), found.end(), text_of(key)) != found.end());
    }
    return online;
}

std::uint64_t SqlConnections::note_change(const UserId& user, bool is_online, Time now) {
    Query query(db_,
                "INSERT INTO presence_changes (user_id, is_online, version, changed_at) VALUES ($1, $2, 1, $3) "
                "ON CONFLICT (user_id) DO UPDATE SET is_online = excluded.is_online, version = presence_changes.version + 1, "
                "changed_at = excluded.changed_at RETURNING version",
                user, is_online, now);
    std::uint64_t version = 0;
    if (query.next()) query.read(version);
    query.run();
    return version;
}

std::vector<PresenceChange> SqlConnections::changes_since(Time time) {
    Query query(db_,
                "SELECT user_id, username, is_online, version, changed_at FROM presence_changes JOIN users ON users.id = user_id "
                "WHERE changed_at >= $1 ORDER BY changed_at",
                time);
    std::vector<PresenceChange> changes;
    while (query.next()) {
        PresenceChange change;
        query.read(change.user_id, change.username, change.is_online, change.version, change.at);
        changes.push_back(std::move(change));
    }
    return changes;
}

}  // namespace ks::sql
