#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

#include <algorithm>

namespace ks {

namespace {

using EventId = Id<struct EventTag>;

constexpr std::int64_t most_streams = 32;              // as many times the limit, whoever caused it
constexpr std::size_t bytes_beside_the_message = 256;  // of an event on its way: cursor, time, framing

// Of the random part of the id.
std::uint32_t mark_of(const EventId& id) {
    std::uint32_t mark = 0;
    for (std::size_t i = 12; i < 16; ++i) mark = mark << 8 | id.bytes[i];
    return mark;
}

std::int64_t head_of(SqlConnection& db, const UserId& user) {
    Query query(db, "SELECT head FROM streams WHERE user_id = $1", user);
    std::int64_t head = 0;
    if (query.next()) query.read(head);
    return head;
}

// The next position of the user's stream, and which of the user's own events this is (0: none of them). It stays locked until the commit,
// so that its order is the order of commits; position 0 when there is no such user.
std::pair<std::int64_t, std::int64_t> advance(SqlConnection& db, const UserId& user, bool own) {
    // Without RETURNING, for which SQLite makes a table each time.
    if (Query(db, "UPDATE streams SET head = head + 1, own = own + $2 WHERE user_id = $1", user, own).run() == 0) return {};
    Query query(db, "SELECT head, own FROM streams WHERE user_id = $1", user);
    std::pair<std::int64_t, std::int64_t> place;
    if (query.next()) query.read(place.first, place.second);
    if (!own) place.second = 0;
    return place;
}

void append_to_everyone(SqlConnection& db, Delivery& delivery, const EventId& event) {
    {
        Query query(db, "UPDATE streams SET head = head + 1 RETURNING user_id, head");
        while (query.next()) {
            auto& [user, position] = delivery.positions.emplace_back();
            query.read(user, position);
        }
    }
    // Where others write between the two statements, a stream may be there that the first one did not advance: it has no place for
    // this event, its user came later.
    Query(db,
          "INSERT INTO journal (user_id, seq, event_id, message, at) SELECT user_id, head, $1, $2, $3 FROM streams WHERE head > 0 "
          "ON CONFLICT (user_id, seq) DO NOTHING",
          event, delivery.message, delivery.at)
        .run();
}

void append_to(SqlConnection& db, std::vector<UserId> users, Delivery& delivery, const EventId& event) {
    // In one order by all who write, or two of them would wait for each other.
    std::sort(users.begin(), users.end());
    for (const UserId& user : users) {
        bool own = std::find(delivery.caused_by.begin(), delivery.caused_by.end(), user) != delivery.caused_by.end();
        auto [position, rank] = advance(db, user, own);
        if (position == 0) continue;
        Query(db, "INSERT INTO journal (user_id, seq, event_id, message, at, own_rank) VALUES ($1, $2, $3, $4, $5, $6)", user, position,
              event, delivery.message, delivery.at, own ? std::optional(rank) : std::nullopt)
            .run();
        delivery.positions.emplace_back(user, position);
    }
}

}  // namespace

void SqlJournal::append(Delivery& delivery) {
    delivery.positions.clear();
    if (delivery.audience.users.empty() && !delivery.audience.everyone) return;
    EventId event = EventId::make();
    delivery.mark = mark_of(event);
    if (delivery.audience.everyone) {
        append_to_everyone(db_, delivery, event);
        std::sort(delivery.positions.begin(), delivery.positions.end());
    } else {
        append_to(db_, delivery.audience.users, delivery, event);
    }
    for (const auto& [user, position] : delivery.positions) trim(user, position);
}

// Keeps the newest events, and beyond them as many of the user's own, up to a bound: a stream has no holes, so what others caused in
// between stays too. What this removes was added once: it costs what the appends cost, and less by many at a time.
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

std::vector<JournalEntry> SqlJournal::read(const UserId& user, std::int64_t position, int limit, std::size_t max_bytes) {
    Query query(db_, "SELECT seq, event_id, message, at FROM journal WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3", user, position,
                limit);
    std::vector<JournalEntry> entries;
    for (std::size_t bytes = 0; bytes < max_bytes && query.next();) {
        EventId event;
        JournalEntry& entry = entries.emplace_back();
        query.read(entry.place.position, event, entry.message, entry.at);
        entry.place.mark = mark_of(event);
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

}  // namespace ks
