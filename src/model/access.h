#pragma once

#include "base/result.h"
#include "model/account.h"
#include "model/upload.h"

#include <optional>

namespace ks {

// Who calls. Without a user: anonymous.
struct Actor {
    UserId user_id;
    std::string username;
    Role role = Role::User;
    std::optional<SessionId> session_id{};
    std::optional<Time> expires_at{};  // of the token
};

// The only permission decisions in the program.

// Ends, renames, reads or shares a thing: its owner alone. To everyone else it does not exist.
Result<void> may_own(const Actor& actor, const UserId& owner);

// Goes on with an upload: its owner, also with a token that has expired since the upload began.
Result<void> may_continue(const Actor& actor, const Upload& upload, Time now);

// Ends a share: its owner, or an administrator. To everyone else it does not exist.
Result<void> may_end_share(const Actor& actor, const UserId& owner);

// Users, invitations, notices, connections: administrators.
Result<void> may_administer(const Actor& actor);

}  // namespace ks
