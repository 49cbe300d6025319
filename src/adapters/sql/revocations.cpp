#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

namespace ks::sql {

void SqlRevocations::insert(const Revocation& revocation, Time at) {
    Query(db_, "INSERT INTO revocations (id, user_id, only_session_id, except_session_id, revoked_at) VALUES ($1, $2, $3, $4, $5)",
          RevocationId::make(), revocation.user_id, revocation.only, revocation.except, at)
        .run();
}

std::vector<RecordedRevocation> SqlRevocations::list_since(Time time) {
    Query query(db_,
                "SELECT id, user_id, only_session_id, except_session_id, revoked_at FROM revocations WHERE revoked_at >= $1 "
                "ORDER BY revoked_at",
                time);
    std::vector<RecordedRevocation> list;
    while (query.next()) {
        RecordedRevocation each;
        query.read(each.id, each.revocation.user_id, each.revocation.only, each.revocation.except, each.at);
        list.push_back(each);
    }
    return list;
}

int SqlRevocations::remove_before(Time time, int limit) {
    return static_cast<int>(
        Query(db_, "DELETE FROM revocations WHERE id IN (SELECT id FROM revocations WHERE revoked_at < $1 LIMIT $2)", time, limit).run());
}

}  // namespace ks::sql
