#pragma once

#include "engine/passwords.h"

#include <vector>

namespace ks::engine {

// Personal access tokens. Thread: any.
class AccessTokens {
public:
    AccessTokens(MetaStore& store, Passwords& passwords, const Clock& clock, std::string jwt_secret);

    // Returns the session of the token, and the token, which is not stored. Errors: those of Passwords::confirm().
    awaitable<Result<std::pair<Session, std::string>>> create(Actor actor, std::string name, std::optional<Duration> valid_for,
                                                              std::optional<std::string> password,
                                                              OnCreated<std::pair<Session, std::string>> hook = {});
    awaitable<Result<std::vector<Session>>> list(Actor actor, Page page);
    awaitable<Result<void>> remove(Actor actor, SessionId id);  // also closes its connections

private:
    MetaStore& store_;
    Passwords& passwords_;
    const Clock& clock_;
    const std::string jwt_secret_;
};

}  // namespace ks::engine
