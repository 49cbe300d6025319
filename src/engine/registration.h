#pragma once

#include "engine/sessions.h"

namespace ks::engine {

enum class RegistrationPolicy : std::uint8_t { Closed, Open, Invite };

// Creation of accounts: by themselves, by invitation, and the first administrator. Thread: any; each call is one transaction, or two around
// the hashing of a password.
class Registration {
public:
    Registration(MetaStore& store, const PasswordHashing& hashing, const Sessions& sessions, const Clock& clock, RegistrationPolicy policy,
                 std::string setup_key);

    // Creates a user and opens a session. Errors: FORBIDDEN if the policy or the invitation does not permit it, CONFLICT if the name is
    // taken.
    awaitable<Result<SignedIn>> register_user(std::string username, std::string password, std::optional<std::string> invitation);

    // Returns the code with which the first administrator is created, once: on each node and at each start the same. CONFLICT if there is a
    // user.
    awaitable<Result<std::string>> make_setup_code();
    awaitable<Result<SignedIn>> setup(std::string code, std::string username, std::string password);  // NOT_FOUND if the code is void
    awaitable<Result<void>> create_admin(std::string username, std::string password);

private:
    awaitable<Result<SignedIn>> create(std::string username, std::string password, Role role, std::optional<std::string> code);

    MetaStore& store_;
    const PasswordHashing& hashing_;
    const Sessions& sessions_;
    const Clock& clock_;
    const RegistrationPolicy policy_;
    const std::string setup_key_;
};

}  // namespace ks::engine
