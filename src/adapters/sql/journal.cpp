#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

#include <algorithm>
#include <numeric>

namespace ks {

namespace {

using EventId = Id<struct EventTag>;

EventId insert_event(SqlConnection& db, const Delivery& delivery) {
    EventId id = EventId::make();
    Query(db, "INSERT INTO events (id, type, message, at) VALUES ($1, $2, $3, $4)", id, delivery.type, delivery.message, delivery.at).run();
    return id;
}

// The next position of the user's stream. It stays locked until the commit, so that its order is the order of commits; 0 when there is
// no such user.
std::int64_t advance(SqlConnection& db, const UserId& user) {
    Query query(db, "UPDATE streams SET head = head + 1 WHERE user_id = $1 RETURNING head", user);
    std::int64_t head = 0;
    if (query.next()) query.read(head);
    return head;
}

void append_to_everyone(SqlConnection& db, const EventId& event) {
    Query(db, "UPDATE streams SET head = head + 1").run();
    // Where others write between the two statements, a stream may be there that the first one did not advance: it has no place for
    // this event, its user came later.
    Query(db,
          "INSERT INTO stream_events (user_id, seq, event_id) SELECT user_id, head, $1 FROM streams WHERE head > 0 "
          "ON CONFLICT (user_id, seq) DO NOTHING",
          event)
        .run();
}

}  // namespace

void SqlJournal::append(Delivery& delivery) {
    const auto& users = delivery.audience.users;
    delivery.positions.clear();
    if (delivery.audience.everyone) return append_to_everyone(db_, insert_event(db_, delivery));
    if (users.empty()) return;

    EventId event = insert_event(db_, delivery);
    delivery.positions.resize(users.size());
    // In one order by all who write, or two of them would wait for each other.
    std::vector<std::size_t> order(users.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&users](std::size_t a, std::size_t b) { return users[a] < users[b]; });
    for (std::size_t i : order) {
        std::int64_t position = advance(db_, users[i]);
        delivery.positions[i] = position;
        if (position == 0) continue;
        Query(db_, "INSERT INTO stream_events (user_id, seq, event_id) VALUES ($1, $2, $3)", users[i], position, event).run();
    }
}

std::int64_t SqlJournal::head(const UserId& user) {
    Query query(db_, "SELECT head FROM streams WHERE user_id = $1", user);
    std::int64_t head = 0;
    if (query.next()) query.read(head);
    return head;
}

std::vector<Delivery> SqlJournal::read(const UserId& user, std::int64_t position, int limit) {
    Query query(db_,
                "SELECT e.type, e.message, e.at, s.seq FROM stream_events s JOIN events e ON e.id = s.event_id "
                "WHERE s.user_id = $1 AND s.seq > $2 ORDER BY s.seq LIMIT $3",
                user, position, limit);
    std::vector<Delivery> deliveries;
    while (query.next()) {
        Delivery& delivery = deliveries.emplace_back();
        query.read(delivery.type, delivery.message, delivery.at, delivery.positions.emplace_back());
    }
    return deliveries;
}

int SqlJournal::remove_before(Time time, int limit) {
    Query query(db_, "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < $1 ORDER BY at LIMIT $2)", time, limit);
    return static_cast<int>(query.run());
}

}  // namespace ks
