#pragma once

#include "model/event.h"
#include "ports/bus.h"
#include "ports/tx.h"

namespace ks {

// Appends an event to the journal of each receiving user, in the transaction of the change; publishes it on commit.
void record(Tx& tx, Event event, const Parties& parties, Time now);

// Publishes an event on commit without journaling it.
void announce(Tx& tx, const Event& event, const Parties& parties, Time now, std::string merge_key);

// Publishes a transient event (progress, presence) immediately, without journaling it. `merge_key`: see Delivery.
void tell(Bus& bus, const Event& event, const Parties& parties, Time now, std::string merge_key = {});

}  // namespace ks
