#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

namespace ks::sql {

namespace {

constexpr int most_of_a_user = 100'000;

}  // namespace

std::optional<IdempotentResponse> SqlIdempotency::find(const std::string& key_hash, Time since) {
    Query query(db_, "SELECT user_id, request_hash, answer, created_at FROM idempotency_keys WHERE key_hash = $1 AND created_at > $2",
                Bytes{key_hash}, since);
    if (!query.next()) return std::nullopt;
    IdempotentResponse kept{.key_hash = key_hash};
    query.read(kept.user_id, kept.request_hash, kept.answer, kept.created_at);
    return kept;
}

bool SqlIdempotency::insert(const IdempotentResponse& kept) {
    auto inserted = Query(db_,
                          "INSERT INTO idempotency_keys (key_hash, user_id, request_hash, answer, created_at) VALUES ($1, $2, $3, $4, $5) "
                          "ON CONFLICT (key_hash) DO NOTHING",
                          Bytes{kept.key_hash}, kept.user_id, Bytes{kept.request_hash}, Bytes{kept.answer}, kept.created_at)
                        .run();
    // Cap the rows per user. One insert in 256 does it, chosen by the hash instead of at random: a transaction that is run again must do
    // the same.
    if (kept.key_hash.starts_with('\0')) {
        Query(db_,
              "DELETE FROM idempotency_keys WHERE user_id = $1 AND created_at < (SELECT created_at FROM idempotency_keys "
              "WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1 OFFSET $2)",
              kept.user_id, most_of_a_user)
            .run();
    }
    return inserted > 0;
}

void SqlIdempotency::remove(const std::string& key_hash) {
    Query(db_, "DELETE FROM idempotency_keys WHERE key_hash = $1", Bytes{key_hash}).run();
}

void SqlIdempotency::remove_before(const std::string& key_hash, Time time) {
    Query(db_, "DELETE FROM idempotency_keys WHERE key_hash = $1 AND created_at <= $2", Bytes{key_hash}, time).run();
}

int SqlIdempotency::remove_before(Time time, int limit) {
    auto removed = Query(db_,
                         "DELETE FROM idempotency_keys WHERE key_hash IN "
                         "(SELECT key_hash FROM idempotency_keys WHERE created_at <= $1 ORDER BY created_at LIMIT $2)",
                         time, limit)
                       .run();
    return static_cast<int>(removed);
}

}  // namespace ks::sql
