#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

namespace ks::sql {

namespace {

std::int64_t micros_of(Time time) { return to_millis(time) * 1000; }

}  // namespace

// An arrival further ahead than one event can have put it says that the clock was set back: the limit begins anew.
bool SqlRateLimits::take(const std::string& key_hash, std::chrono::microseconds interval, std::chrono::microseconds tolerance, Time now) {
    return Query(
               db_,
               "INSERT INTO rate_limits (key, arrival) VALUES ($1, CAST($2 AS bigint) + CAST($3 AS bigint)) ON CONFLICT (key) DO UPDATE "
               "SET "
               "arrival = $3 + CASE WHEN rate_limits.arrival > $2 AND rate_limits.arrival <= $2 + $4 THEN rate_limits.arrival ELSE $2 END "
               "WHERE rate_limits.arrival <= $2 + $4 OR rate_limits.arrival > $2 + $3 + $4",
               Bytes{key_hash}, micros_of(now), std::int64_t{interval.count()}, std::int64_t{tolerance.count()})
               .run() > 0;
}

void SqlRateLimits::refund(const std::string& key_hash, std::chrono::microseconds interval) {
    Query(db_, "UPDATE rate_limits SET arrival = arrival - $2 WHERE key = $1", Bytes{key_hash}, std::int64_t{interval.count()}).run();
}

int SqlRateLimits::remove_before(Time time, int limit) {
    return static_cast<int>(
        Query(db_, "DELETE FROM rate_limits WHERE key IN (SELECT key FROM rate_limits WHERE arrival < $1 LIMIT $2)", micros_of(time), limit)
            .run());
}

}  // namespace ks::sql
