#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

namespace ks::sql {

namespace {

const std::string select_upload =
    "SELECT id, owner_id, kind, filename, content_type, metadata, concat, total, received, reserved, turn, node_id, finished, "
    "created_at, expires_at "
    "FROM uploads ";

Upload upload_of(Query& row) {
    Upload upload;
    std::string kind;
    row.read(upload.id, upload.owner_id, kind, upload.filename, upload.content_type, upload.metadata, upload.concat, upload.total,
             upload.received, upload.reserved, upload.turn, upload.node, upload.finished, upload.created_at, upload.expires_at);
    auto known = upload_kind_named(kind);
    if (!known) throw StoreFailure("the database knows no uploads of kind " + kind);
    upload.kind = *known;
    return upload;
}

std::vector<Upload> all_of(Query&& rows) {
    std::vector<Upload> uploads;
    while (rows.next()) uploads.push_back(upload_of(rows));
    return uploads;
}

}  // namespace

void SqlUploads::insert(const Upload& upload) {
    Query(db_,
          "INSERT INTO uploads (id, owner_id, kind, filename, content_type, metadata, concat, total, received, reserved, turn, "
          "node_id, finished, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
          upload.id, upload.owner_id, name_of(upload.kind), upload.filename, upload.content_type, upload.metadata, upload.concat,
          upload.total, upload.received, upload.reserved, upload.turn, upload.node, upload.finished, upload.created_at, upload.expires_at)
        .run();
}

std::optional<Upload> SqlUploads::find(const FileId& id) {
    static const std::string sql = select_upload + "WHERE id = $1";
    Query query(db_, sql, id);
    return query.next() ? std::optional(upload_of(query)) : std::nullopt;
}

std::optional<Upload> SqlUploads::lock(const FileId& id) {
    static const LockingSelect select(select_upload + "WHERE id = $1");
    Query query(db_, select.in(db_), id);
    return query.next() ? std::optional(upload_of(query)) : std::nullopt;
}

void SqlUploads::update(const Upload& upload) {
    Query(db_, "UPDATE uploads SET total = $2, received = $3, reserved = $4, turn = $5, node_id = $6, expires_at = $7 WHERE id = $1",
          upload.id, upload.total, upload.received, upload.reserved, upload.turn, upload.node, upload.expires_at)
        .run();
}

bool SqlUploads::promote(const FileId& id, UploadKind kind, std::uint64_t size) {
    Query query(db_, "UPDATE uploads SET kind = $2, received = $3, reserved = 0, node_id = NULL, finished = 1 WHERE id = $1", id,
                name_of(kind), size);
    return query.run() > 0;
}

bool SqlUploads::remove(const FileId& id) { return Query(db_, "DELETE FROM uploads WHERE id = $1", id).run() > 0; }

std::vector<Upload> SqlUploads::list(const UserId& owner) {
    static const std::string sql = select_upload + "WHERE owner_id = $1";
    return all_of(Query(db_, sql, owner));
}

std::uint64_t SqlUploads::count_unfinished(const UserId& owner, const FileId& but) {
    Query query(db_, "SELECT COUNT(*) FROM uploads WHERE owner_id = $1 AND finished = 0 AND kind <> 'simple' AND id <> $2", owner, but);
    std::uint64_t count = 0;
    if (query.next()) query.read(count);
    return count;
}

std::vector<Upload> SqlUploads::lock_expired(Time now, int limit) {
    static const LockingSelect select(select_upload + "WHERE expires_at <= $1 AND kind <> 'simple' ORDER BY expires_at LIMIT $2",
                                      " SKIP LOCKED");
    return all_of(Query(db_, select.in(db_), now, limit));
}

std::vector<Upload> SqlUploads::lock_of_node(const NodeId& node, int limit) {
    static const LockingSelect select(select_upload + "WHERE node_id = $1 LIMIT $2");
    return all_of(Query(db_, select.in(db_), node, limit));
}

std::uint64_t SqlUploads::count_under_way() {
    Query query(db_, "SELECT COUNT(*) FROM uploads WHERE node_id IS NOT NULL");
    std::uint64_t count = 0;
    if (query.next()) query.read(count);
    return count;
}

}  // namespace ks::sql
