#include "engine/journal.h"

#include "codec/message.h"

namespace ks::engine {

namespace {

EventDelivery deliver(const Event& event, const EventContext& context, Time now) {
    return EventDelivery{.type = std::string(type_of(event)),
                         .subject = subject_of(event),
                         .message = codec::encode(event),
                         .message_without_since = codec::encode_without_since(event),
                         .at = now,
                         .recipients = recipients_of(event, context)};
}

}  // namespace

void append_event(Tx& tx, Event event, const EventContext& context, Time now) {
    KS_ASSERT(event_is_journaled[event.index()]);
    EventDelivery delivery = deliver(event, context, now);
    delivery.caused_by = causes_of(event, context);
    tx.append_and_publish(std::move(delivery));
}

void publish_on_commit(Tx& tx, const Event& event, const EventContext& context, Time now, std::string coalescing_key) {
    KS_ASSERT(!event_is_journaled[event.index()]);
    EventDelivery delivery = deliver(event, context, now);
    delivery.coalescing_key = std::move(coalescing_key);
    tx.publish(std::move(delivery));
}

void publish_now(Bus& bus, const Event& event, const EventContext& context, Time now, std::string coalescing_key) {
    KS_ASSERT(!event_is_journaled[event.index()]);
    EventDelivery delivery = deliver(event, context, now);
    delivery.coalescing_key = std::move(coalescing_key);
    BusMessagePtr message = std::make_shared<const BusMessage>(std::move(delivery));
    bus.publish({&message, 1});
}

}  // namespace ks::engine
