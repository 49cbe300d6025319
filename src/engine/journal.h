#pragma once

#include "model/event.h"
#include "ports/bus.h"
#include "ports/tx.h"

namespace ks::engine {

// Appends an event to the journal of each receiving user, at the end of the transaction of the change; publishes it on commit.
void append_event(Tx& tx, Event event, const EventContext& context, Time now);

// Publishes an event on commit without journaling it. `coalescing_key` and `version`: see EventDelivery.
void publish_on_commit(Tx& tx, const Event& event, const EventContext& context, Time now, std::string coalescing_key,
                       std::uint64_t version = 0);

// Returns a transient event as it is published.
EventDelivery transient_delivery(const Event& event, const EventContext& context, Time now, std::string coalescing_key,
                                 std::uint64_t version = 0);

// Publishes a transient event (progress, presence) immediately, without journaling it. `coalescing_key`: see EventDelivery.
void publish_now(Bus& bus, const Event& event, const EventContext& context, Time now, std::string coalescing_key = {});

}  // namespace ks::engine
