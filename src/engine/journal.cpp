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

EventDelivery transient_delivery(const Event& event, const EventContext& context, Time now, std::string coalescing_key,
                                 std::uint64_t version) {
    KS_ASSERT(!event_is_journaled[event.index()]);
    EventDelivery delivery = deliver(event, context, now);
    delivery.coalescing_key = std::move(coalescing_key);
    delivery.version = version;
    return delivery;
}

void publish_on_commit(Tx& tx, const Event& event, const EventContext& context, Time now, std::string coalescing_key,
                       std::uint64_t version) {
    tx.publish(transient_delivery(event, context, now, std::move(coalescing_key), version));
}

void publish_now(Bus& bus, const Event& event, const EventContext& context, Time now, std::string coalescing_key) {
    BusMessagePtr message = std::make_shared<const BusMessage>(transient_delivery(event, context, now, std::move(coalescing_key)));
    bus.publish({&message, 1});
}

}  // namespace ks::engine
