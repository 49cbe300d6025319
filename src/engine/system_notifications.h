#pragma once

#include "base/clock.h"
#include "engine/on_created.h"
#include "model/access.h"
#include "ports/meta_store.h"

#include <string>

namespace ks::engine {

// System notifications from an administrator to all users.
class SystemNotifications {
public:
    SystemNotifications(MetaStore& store, const Clock& clock) : store_(store), clock_(clock) {}

    // Publishes a SystemNotification to every connection and journals it for each existing user. FORBIDDEN unless the actor is an
    // administrator.
    awaitable<Result<void>> post(Actor actor, std::string message, Level level, OnCreated<wire::SystemNotification> hook = {});

private:
    MetaStore& store_;
    const Clock& clock_;
};

}  // namespace ks::engine
