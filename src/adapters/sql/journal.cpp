#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

#include "base/result.h"

#include <algorithm>
#include <unordered_map>

namespace ks::sql {

namespace {

using EventId = Id<struct EventTag>;

constexpr std::int64_t most_streams = 32;              // absolute bound of a stream, as a multiple of events_per_user
constexpr std::size_t bytes_beside_the_message = 256;  // overhead per event sent: cursor, time, framing

// Of PostgreSQL alone: SQLite has a single writer.
constexpr std::string_view lock_all_streams = "SELECT user_id FROM streams ORDER BY user_id FOR NO KEY UPDATE";

// Fingerprint of an event: the last four bytes of its id, which are random.
std::uint32_t fingerprint_of(const EventId& id) {
    std::uint32_t fingerprint = 0;
    for (std::size_t i = 12; i < 16; ++i) fingerprint = fingerprint << 8 | id.bytes[i];
    return fingerprint;
}

std::int64_t head_of(SqlConnection& db, const UserId& user) {
    Query query(db, "SELECT head FROM streams WHERE user_id = $1", user);
    std::int64_t head = 0;
    if (query.next()) query.read(head);
    return head;
}

// One text for every number of users: the other parameters are null.
const std::string& select_heads() {
    static const std::string sql = [] {
        std::string text = "SELECT user_id, head FROM streams WHERE user_id IN (";
        for (std::size_t user = 1; user <= JournalTable::max_heads; ++user) text += (user == 1 ? "$" : ", $") + std::to_string(user);
        return text + ")";
    }();
    return sql;
}

// Allocates the next position of the user's stream. Returns it with the rank among the events caused by the user (0: caused by others);
// position 0 if the user does not exist.
std::pair<std::int64_t, std::int64_t> advance(SqlConnection& db, const UserId& user, bool own) {
    // Not RETURNING: SQLite builds an ephemeral table for it each time.
    if (Query(db, "UPDATE streams SET head = head + 1, own = own + $2 WHERE user_id = $1", user, own).run() == 0) return {};
    Query query(db, "SELECT head, own FROM streams WHERE user_id = $1", user);
    std::pair<std::int64_t, std::int64_t> position;
    if (query.next()) query.read(position.first, position.second);
    if (!own) position.second = 0;
    return position;
}

// Inserts the event into the user's stream. Returns its position; 0 if the user does not exist. The stream's row stays locked until the
// end of the transaction, so positions follow the commit order.
std::int64_t append_to_stream(SqlConnection& db, const UserId& user, bool own, const EventDelivery& delivery, const EventId& event) {
    if (db.dialect() == Dialect::Sqlite) {
        auto [position, rank] = advance(db, user, own);
        if (position == 0) return 0;
        Query(db,
              "INSERT INTO journal (user_id, seq, event_id, type, subject, message, at, own_rank) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
              user, position, event, delivery.type, delivery.subject, delivery.message, delivery.at,
              own ? std::optional(rank) : std::nullopt)
            .run();
        return position;
    }
    // A single round trip while the row is locked.
    Query query(db,
                "WITH stream AS (UPDATE streams SET head = head + 1, own = own + $2 WHERE user_id = $1 RETURNING head, own) "
                "INSERT INTO journal (user_id, seq, event_id, type, subject, message, at, own_rank) "
                "SELECT $1, head, $3, $4, CAST($5 AS bytea), $6, $7, CASE WHEN $2 = 1 THEN own END FROM stream RETURNING seq",
                user, own, event, delivery.type, delivery.subject, delivery.message, delivery.at);
    std::int64_t position = 0;
    if (query.next()) query.read(position);
    return position;
}

void append_to_everyone(SqlConnection& db, EventDelivery& delivery, const EventId& event) {
    if (db.dialect() == Dialect::PostgreSql) Query(db, lock_all_streams).run();
    {
        Query query(db, "UPDATE streams SET head = head + 1 RETURNING user_id, head");
        while (query.next()) {
            auto& [user, position] = delivery.positions.emplace_back();
            query.read(user, position);
        }
    }
    // With concurrent writers, a stream created between the two statements was not advanced: skip it, the user was created after the event.
    Query(db,
          "INSERT INTO journal (user_id, seq, event_id, type, subject, message, at) "
          "SELECT user_id, head, $1, $2, $3, $4, $5 FROM streams WHERE head > 0 ON CONFLICT (user_id, seq) DO NOTHING",
          event, delivery.type, delivery.subject, delivery.message, delivery.at)
        .run();
}

void append_to(SqlConnection& db, std::vector<UserId> users, EventDelivery& delivery, const EventId& event) {
    // Lock order: all writers update streams by ascending user id, to avoid deadlocks.
    std::sort(users.begin(), users.end());
    for (const UserId& user : users) {
        bool own = std::find(delivery.caused_by.begin(), delivery.caused_by.end(), user) != delivery.caused_by.end();
        if (std::int64_t position = append_to_stream(db, user, own, delivery, event)) delivery.positions.emplace_back(user, position);
    }
}

}  // namespace

void SqlJournal::append(EventDelivery& delivery) {
    delivery.positions.clear();
    if (delivery.recipients.users.empty() && !delivery.recipients.everyone) return;
    EventId event = EventId::make();
    delivery.fingerprint = fingerprint_of(event);
    if (delivery.recipients.everyone) {
        append_to_everyone(db_, delivery, event);
        std::sort(delivery.positions.begin(), delivery.positions.end());
    } else {
        append_to(db_, delivery.recipients.users, delivery, event);
    }
    for (const auto& [user, position] : delivery.positions) trim(user, position);
}

void SqlJournal::lock_streams(const Recipients& recipients) {
    if (db_.dialect() == Dialect::Sqlite) return;
    if (recipients.everyone) {
        Query(db_, lock_all_streams).run();
        return;
    }
    std::string ids;  // of 16 bytes each
    for (const UserId& user : recipients.users) ids += user.raw();
    Query(db_,
          "SELECT user_id FROM streams WHERE user_id IN "
          "(SELECT substr($1, 1 + 16 * i, 16) FROM generate_series(0, length($1) / 16 - 1) AS i) ORDER BY user_id FOR NO KEY UPDATE",
          Bytes{ids})
        .run();
}

// Retains the newest events_per_user events, and as many events caused by the user, up to an absolute bound. A stream must have no gaps, so
// events of others in between are retained too. Amortized O(1) per append; deletes in batches.
void SqlJournal::trim(const UserId& user, std::int64_t head) {
    std::int64_t limit = limits_.events_per_user;
    std::int64_t at_a_time = std::max<std::int64_t>(1, limit / 256);
    if (head <= limit || head % at_a_time != 0) return;
    std::int64_t last = head - limit;
    {
        Query query(db_,
                    "SELECT j.seq FROM streams s JOIN journal j ON j.user_id = s.user_id AND j.own_rank > s.own - $2 "
                    "WHERE s.user_id = $1 AND j.own_rank IS NOT NULL ORDER BY j.own_rank LIMIT 1",
                    user, limit);
        std::int64_t oldest_own = 0;
        if (query.next()) {
            query.read(oldest_own);
            last = std::max(std::min(last, oldest_own - 1), head - most_streams * limit);
        }
    }
    Query(db_, "DELETE FROM journal WHERE user_id = $1 AND seq <= $2", user, last).run();
}

std::int64_t SqlJournal::head(const UserId& user) { return head_of(db_, user); }

std::vector<std::int64_t> SqlJournal::heads(const std::vector<UserId>& users) {
    KS_ASSERT(users.size() <= max_heads);
    std::vector<std::optional<UserId>> parameters(users.begin(), users.end());
    parameters.resize(max_heads);
    std::unordered_map<UserId, std::int64_t> found;
    {
        Query query(db_, select_heads(), parameters);
        for (std::pair<UserId, std::int64_t> head; query.next();) {
            query.read(head.first, head.second);
            found.insert(head);
        }
    }
    std::vector<std::int64_t> heads;
    for (const UserId& user : users) heads.push_back(found[user]);
    return heads;
}

std::vector<JournalEntry> SqlJournal::read(const UserId& user, std::int64_t position, int limit, std::size_t max_bytes) {
    Query query(db_, "SELECT seq, event_id, type, subject, message, at FROM journal WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                user, position, limit);
    std::vector<JournalEntry> entries;
    for (std::size_t bytes = 0; bytes < max_bytes && query.next();) {
        EventId event;
        JournalEntry& entry = entries.emplace_back();
        query.read(entry.position.index, event, entry.type, entry.subject, entry.message, entry.at);
        entry.position.fingerprint = fingerprint_of(event);
        bytes += entry.message.size() + bytes_beside_the_message;
    }
    return entries;
}

int SqlJournal::remove_before(Time time, int limit) {
    Query query(db_, "DELETE FROM journal WHERE (user_id, seq) IN (SELECT user_id, seq FROM journal WHERE at < $1 ORDER BY at LIMIT $2)",
                time, limit);
    return static_cast<int>(query.run());
}

std::string SqlJournal::epoch(const std::string& made_now) {
    Query(db_, "INSERT INTO journal_epoch (only_row, epoch) VALUES (1, $1) ON CONFLICT DO NOTHING", Bytes{made_now}).run();
    Query query(db_, "SELECT epoch FROM journal_epoch WHERE only_row = 1");
    std::string epoch;
    query.next();
    query.read(epoch);
    return epoch;
}

}  // namespace ks::sql
