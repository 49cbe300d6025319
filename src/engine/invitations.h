#pragma once

#include "base/clock.h"
#include "engine/on_created.h"
#include "model/access.h"
#include "ports/meta_store.h"

#include <string>
#include <vector>

namespace ks::engine {

struct NewInvitation {
    Invitation invitation;
    std::string code;  // not stored, and can't be returned again
};

// Invitations to register, for administrators (FORBIDDEN for others). Thread: any; each call is one transaction.
class Invitations {
public:
    Invitations(MetaStore& store, const Clock& clock) : store_(store), clock_(clock) {}

    awaitable<Result<NewInvitation>> create(Actor actor, Duration valid_for, OnCreated<NewInvitation> hook = {});
    awaitable<Result<std::vector<Invitation>>> list(Actor actor, Page page);  // unused and not expired
    awaitable<Result<void>> remove(Actor actor, InvitationId id);

private:
    MetaStore& store_;
    const Clock& clock_;
};

}  // namespace ks::engine
