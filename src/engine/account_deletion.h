#pragma once

#include "engine/files.h"

namespace ks::engine {

// Deletion of an account with everything it owns. Thread: any.
class AccountDeletion {
public:
    AccountDeletion(MetaStore& store, Files& files) : store_(store), files_(files) {}

    // Disables the account, removes its files one by one with their events, then the account; a call that failed can be repeated. Errors:
    // FORBIDDEN if the actor is no administrator, CONFLICT if the actor removes itself, NOT_FOUND.
    awaitable<Result<void>> remove_user(Actor actor, UserId id);

private:
    MetaStore& store_;
    Files& files_;
};

}  // namespace ks::engine
