#pragma once

#include "base/clock.h"
#include "engine/on_created.h"
#include "model/access.h"
#include "ports/meta_store.h"

#include <string>

namespace ks {

// What an administrator tells everyone.
class Notices {
public:
    Notices(MetaStore& store, const Clock& clock) : store_(store), clock_(clock) {}

    // SystemNotification to every connection; it stands in the journal of each user who exists now.
    awaitable<Result<void>> post(Actor actor, std::string message, Level level, OnCreated<wire::SystemNotification> hook = {});

private:
    MetaStore& store_;
    const Clock& clock_;
};

}  // namespace ks
