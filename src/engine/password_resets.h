#pragma once

#include "base/clock.h"
#include "engine/on_created.h"
#include "model/access.h"
#include "ports/meta_store.h"

#include <string>

namespace ks::engine {

// A one-time code that sets a new password.
struct PasswordResetCode {
    std::string code;
    Time expires_at;
};

// Makes codes for Passwords::reset_password(), valid for 24 hours. Each replaces an earlier one. Errors: NOT_FOUND, CONFLICT if the account
// is disabled. Thread: any; each call is one transaction.
class PasswordResets {
public:
    PasswordResets(MetaStore& store, const Clock& clock) : store_(store), clock_(clock) {}

    awaitable<Result<PasswordResetCode>> create(Actor actor, UserId id, OnCreated<PasswordResetCode> hook = {});
    // The same without an actor, for an operator on the command line; `user` is a name or an id.
    awaitable<Result<PasswordResetCode>> create_on_site(std::string user);

private:
    MetaStore& store_;
    const Clock& clock_;
};

}  // namespace ks::engine
