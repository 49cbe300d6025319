#pragma once

#include "base/clock.h"
#include "codec/jwt.h"
#include "engine/on_created.h"
#include "engine/password_hashing.h"
#include "model/access.h"
#include "ports/meta_store.h"

#include <optional>
#include <string>

namespace ks::engine {

struct TokenSettings {
    std::string jwt_secret;
    Duration access_token_ttl;
    Duration refresh_token_ttl;
};

// Result of a sign-in by password, code or refresh token. `token` is the refresh token or the cookie's value.
struct SignedIn {
    User user;
    std::string token;
    std::string access_token{};  // only for SessionKind::Tokens
    Duration expires_in{};       // lifetime of the access token if present, otherwise of the session
};

struct Credential;

// Sign-in, refresh, sign-out, and the actor behind a credential. Thread: any; each call is one transaction, login() two around the
// comparison of the password.
class Sessions {
public:
    Sessions(MetaStore& store, const PasswordHashing& hashing, const Clock& clock, TokenSettings settings);

    awaitable<Result<SignedIn>> login(std::string username, std::string password,
                                      SessionKind kind);  // INVALID_CREDENTIALS, in the same time for unknown users
    // Rotates the refresh token. Reuse of a rotated token ends the session (INVALID_TOKEN), unless `is_repeated` returns true: CONFLICT,
    // for a retry with the same Idempotency-Key.
    awaitable<Result<SignedIn>> refresh(std::string refresh_token, OnCreated<SignedIn> hook = {},
                                        std::function<bool(Tx&)> is_repeated = {});
    awaitable<Result<UserId>> owner_of(std::string refresh_token);  // accepts a rotated token while its session is alive
    awaitable<Result<void>> logout(std::string token);              // a refresh token or the cookie
    awaitable<Result<void>> logout_all(Actor actor);

    // Returns the actor that a JWT, a personal access token or the session cookie identifies. INVALID_TOKEN if it is malformed, expired or
    // revoked.
    awaitable<Result<Actor>> authenticate(std::string bearer, codec::Expired jwt = codec::Expired::Refused);
    awaitable<Result<Actor>> authenticate_cookie(std::string cookie);

    awaitable<Result<void>> is_still_valid(Actor actor);  // INVALID_TOKEN if the user was disabled or removed, or the session ended

    SignedIn begin(Tx& tx, User user, SessionKind kind) const;  // opens a session in the caller's transaction

private:
    SignedIn sign_in(User user, SessionId session, SessionKind kind, std::uint32_t generation) const;
    awaitable<Result<Actor>> actor_of(Credential credential);
    Result<Actor> check_claims(Tx& tx, const codec::Claims& claims) const;

    MetaStore& store_;
    const PasswordHashing& hashing_;
    const Clock& clock_;
    const TokenSettings settings_;
};

// Removes a session and revokes its open connections.
void end_session(Tx& tx, const Session& session);

}  // namespace ks::engine
