#include "engine/journal.h"

#include "codec/message.h"

namespace ks {

namespace {

Delivery deliver(const Event& event, const Parties& parties, Time now) {
    return Delivery{.type = std::string(type_of(event)),
                    .message = encode(event),
                    .message_without_since = encode_without_since(event),
                    .at = now,
                    .audience = audience_of(event, parties)};
}

}  // namespace

void record(Tx& tx, Event event, const Parties& parties, Time now) {
    KS_ASSERT(event_is_journaled[event.index()]);
    Delivery delivery = deliver(event, parties, now);
    delivery.caused_by = causers_of(event, parties);
    tx.journal().append(delivery);
    tx.announce(std::move(delivery));
}

void announce(Tx& tx, const Event& event, const Parties& parties, Time now, std::string merge_key) {
    KS_ASSERT(!event_is_journaled[event.index()]);
    Delivery delivery = deliver(event, parties, now);
    delivery.merge_key = std::move(merge_key);
    tx.announce(std::move(delivery));
}

void tell(Bus& bus, const Event& event, const Parties& parties, Time now, std::string merge_key) {
    KS_ASSERT(!event_is_journaled[event.index()]);
    Delivery delivery = deliver(event, parties, now);
    delivery.merge_key = std::move(merge_key);
    AnnouncementPtr announcement = std::make_shared<const Announcement>(std::move(delivery));
    bus.publish({&announcement, 1});
}

}  // namespace ks
