#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

namespace ks::sql {

namespace {

const std::string select_node = "SELECT id, name, version, started_at, renewed_at FROM nodes ";

Node node_of(Query& row) {
    Node node;
    row.read(node.id, node.name, node.version, node.started_at, node.renewed_at);
    return node;
}

}  // namespace

// SQLite runs in this process and has its clock.
Time SqlNodes::now() {
    if (db_.dialect() == Dialect::Sqlite) return SystemClock().now();
    Query query(db_, "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)");
    Time now;
    if (query.next()) query.read(now);
    return now;
}

void SqlNodes::insert(const Node& node) {
    Query(db_, "INSERT INTO nodes (id, name, version, started_at, renewed_at) VALUES ($1, $2, $3, $4, $5)", node.id, node.name,
          node.version, node.started_at, node.renewed_at)
        .run();
}

bool SqlNodes::renew(const NodeId& id, Time at) { return Query(db_, "UPDATE nodes SET renewed_at = $2 WHERE id = $1", id, at).run() > 0; }

bool SqlNodes::remove(const NodeId& id) { return Query(db_, "DELETE FROM nodes WHERE id = $1", id).run() > 0; }

std::vector<Node> SqlNodes::list() {
    static const std::string sql = select_node + "ORDER BY started_at, id";
    Query query(db_, sql);
    std::vector<Node> nodes;
    while (query.next()) nodes.push_back(node_of(query));
    return nodes;
}

std::optional<Node> SqlNodes::lock_expired(Time time, const NodeId& but) {
    static const LockingSelect select(select_node + "WHERE renewed_at <= $1 AND id <> $2 LIMIT 1", " SKIP LOCKED");
    Query query(db_, select.in(db_), time, but);
    return query.next() ? std::optional(node_of(query)) : std::nullopt;
}

std::string SqlNodes::secret_check(const std::string& own) {
    Query(db_, "INSERT INTO installation (only_row, secret_check) VALUES (1, $1) ON CONFLICT DO NOTHING", Bytes{own}).run();
    Query query(db_, "SELECT secret_check FROM installation WHERE only_row = 1");
    std::string check;
    if (query.next()) query.read(check);
    return check;
}

}  // namespace ks::sql
