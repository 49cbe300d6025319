#pragma once

#include "engine/sessions.h"

namespace ks::engine {

// Change and reset of passwords, and confirmation of an action by password. Thread: any; each call is one transaction, or a few around the
// hashing of a password.
class Passwords {
public:
    Passwords(MetaStore& store, const PasswordHashing& hashing, const Sessions& sessions, const Clock& clock);

    // Changes the password and ends the user's other sessions. INVALID_CREDENTIALS if `password` is not the current one.
    awaitable<Result<void>> change_password(Actor actor, std::string password, std::string new_password);

    // Changes the password by a code of PasswordResets, ends all sessions and opens a new one. INVALID_CREDENTIALS if the code is unknown,
    // used or expired.
    awaitable<Result<SignedIn>> reset_password(std::string code, std::string password, SessionKind kind);

    // Requires the password or a session that is less than 15 minutes old. FORBIDDEN otherwise, and for a personal token.
    awaitable<Result<void>> confirm(Actor actor, std::optional<std::string> password);

private:
    MetaStore& store_;
    const PasswordHashing& hashing_;
    const Sessions& sessions_;
    const Clock& clock_;
};

}  // namespace ks::engine
