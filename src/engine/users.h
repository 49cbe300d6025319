#pragma once

#include "base/clock.h"
#include "model/access.h"
#include "ports/meta_store.h"

#include <optional>
#include <vector>

namespace ks::engine {

struct UserChange {
    std::optional<Role> role{};
    std::optional<std::uint64_t> quota_bytes{};
    std::optional<bool> disabled{};
};

// Users and their administration. Thread: any; each call is one transaction.
class Users {
public:
    Users(MetaStore& store, const Clock& clock) : store_(store), clock_(clock) {}

    awaitable<Result<bool>> any();
    awaitable<Result<User>> find(UserId id);
    awaitable<Result<std::vector<User>>> list(Actor actor, Page page);
    // Disabling ends all sessions. CONFLICT if actors disable or demote themselves.
    awaitable<Result<User>> change(Actor actor, UserId id, UserChange change);

private:
    MetaStore& store_;
    const Clock& clock_;
};

}  // namespace ks::engine
