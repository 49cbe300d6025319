#pragma once

#include "model/event.h"
#include "ports/bus.h"
#include "ports/tx.h"

namespace ks {

// An event of the change that this transaction makes: a row of the journal for each user who receives it, sent when it is committed.
void record(Tx& tx, Event event, const Parties& parties, Time now);

// An event that the journal does not keep, told with the change that this transaction makes.
void announce(Tx& tx, const Event& event, const Parties& parties, Time now, std::string merge_key);

// An event of the passing moment (progress, presence): sent now, kept nowhere. merge_key as in Delivery.
void tell(Bus& bus, const Event& event, const Parties& parties, Time now, std::string merge_key = {});

}  // namespace ks
