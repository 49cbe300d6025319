#pragma once

#include "base/result.h"
#include "model/account.h"
#include "model/upload.h"

#include <optional>

namespace ks {

// An authenticated caller. Anonymous callers have no Actor.
struct Actor {
    UserId user_id;
    std::string username;
    Role role = Role::User;
    std::optional<SessionId> session_id{};
    std::optional<Time> expires_at{};  // of the token
};

// All permission decisions of the program are made here.

// Only the owner may delete, rename, read or share a resource. Errors: NOT_FOUND for everyone else, so that its existence is not revealed.
Result<void> may_own(const Actor& actor, const UserId& owner);

// Only the owner may continue an upload, also with a token that has expired since the upload began. Errors: NOT_FOUND for other users,
// INVALID_TOKEN.
Result<void> may_continue(const Actor& actor, const Upload& upload, Time now);

// Only the owner or an administrator may end a share. Errors: NOT_FOUND for everyone else.
Result<void> may_end_share(const Actor& actor, const UserId& owner);

// Only administrators may manage users, invitations, notifications and connections. Errors: FORBIDDEN.
Result<void> may_administer(const Actor& actor);

}  // namespace ks
