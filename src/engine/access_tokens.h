#pragma once

#include "engine/passwords.h"

#include <vector>

namespace ks::engine {

struct NewAccessToken {
    Session session;
    std::string token;  // not stored, and can't be returned again
};

// Personal access tokens. Thread: any.
class AccessTokens {
public:
    AccessTokens(MetaStore& store, Passwords& passwords, const Clock& clock, std::string jwt_secret);

    // Errors: those of Passwords::confirm().
    awaitable<Result<NewAccessToken>> create(Actor actor, std::string name, std::optional<Duration> valid_for,
                                             std::optional<std::string> password, OnCreated<NewAccessToken> hook = {});
    awaitable<Result<std::vector<Session>>> list(Actor actor, Page page);
    awaitable<Result<void>> remove(Actor actor, SessionId id);  // also closes its connections

private:
    MetaStore& store_;
    Passwords& passwords_;
    const Clock& clock_;
    const std::string jwt_secret_;
};

}  // namespace ks::engine
