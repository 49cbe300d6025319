#pragma once

#include "base/clock.h"
#include "codec/jwt.h"
#include "engine/on_created.h"
#include "model/access.h"
#include "ports/meta_store.h"
#include "runtime/offload.h"

#include <optional>
#include <string>
#include <vector>

namespace ks {

enum class Registration : std::uint8_t { Closed, Open, Invite };

struct AccountSettings {
    std::string jwt_secret;
    Duration access_token_ttl{std::chrono::minutes(15)};
    Duration refresh_token_ttl{std::chrono::days(30)};
    Registration registration = Registration::Closed;
};

// Result of a sign-in by password, code or refresh token. `token` is the refresh token, the cookie's value or the personal access token.
struct SignedIn {
    User user;
    std::string token;
    std::string access_token{};  // only for SessionKind::Tokens
    Duration expires_in{};       // lifetime of the access token if present, otherwise of the session
};

struct UserChange {
    std::optional<Role> role{};
    std::optional<std::uint64_t> quota_bytes{};
    std::optional<bool> disabled{};
};

struct Credential;

// Thread pools for password hashing. Sign-ins have a separate pool, so that requests open to everybody can't starve them.
struct HashingLanes {
    Offload& sign_ins;
    Offload& others;
};

// Accounts, sessions, invitations and personal tokens. Thread: any; each call is one transaction, or a few around the hashing of a
// password.
class Accounts {
public:
    Accounts(MetaStore& store, HashingLanes hashing, const Clock& clock, AccountSettings settings);

    awaitable<Result<SignedIn>> register_user(std::string username, std::string password, std::optional<std::string> invitation);
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
    awaitable<Result<Actor>> authenticate(std::string bearer, Expired jwt = Expired::Refused);
    awaitable<Result<Actor>> authenticate_cookie(std::string cookie);

    awaitable<Result<void>> is_still_valid(Actor actor);  // INVALID_TOKEN if the user was disabled or removed, or the session ended

    awaitable<Result<bool>> any_user();
    awaitable<Result<std::string>> make_setup_code();  // valid for a year, until an administrator is created or the next call
    awaitable<Result<SignedIn>> setup(std::string code, std::string username, std::string password);
    awaitable<Result<void>> create_admin(std::string username, std::string password);

    awaitable<Result<User>> find(UserId id);
    awaitable<Result<std::vector<User>>> list(Actor actor, Page page);
    awaitable<Result<User>> change(Actor actor, UserId id, UserChange change);
    awaitable<Result<std::pair<std::string, Invitation>>> invite(Actor actor, Duration valid_for,
                                                                 OnCreated<std::pair<std::string, Invitation>> hook = {});
    awaitable<Result<std::vector<Invitation>>> invitations(Actor actor, Page page);  // unused and not expired
    awaitable<Result<void>> remove_invitation(Actor actor, InvitationId id);

    // Changes the password and ends the user's other sessions. INVALID_CREDENTIALS if `password` is not the current one.
    awaitable<Result<void>> change_password(Actor actor, std::string password, std::string new_password);
    // Creates a one-time code for reset_password(). Returns it with its expiry; replaces an earlier code.
    awaitable<Result<std::pair<std::string, Time>>> make_password_reset(Actor actor, UserId id,
                                                                        OnCreated<std::pair<std::string, Time>> hook = {});
    // The same without an actor, for an operator on the command line; `user` is a name or an id.
    awaitable<Result<std::pair<std::string, Time>>> make_password_reset_on_site(std::string user);
    // Changes the password by a reset code, ends all sessions and opens a new one. INVALID_CREDENTIALS if the code is unknown, used
    // or expired.
    awaitable<Result<SignedIn>> reset_password(std::string code, std::string password, SessionKind kind);

    // Requires the password or a session that is less than 15 minutes old. FORBIDDEN otherwise, and for a personal token.
    awaitable<Result<std::pair<Session, std::string>>> make_personal_token(Actor actor, std::string name, std::optional<Duration> valid_for,
                                                                           std::optional<std::string> password,
                                                                           OnCreated<std::pair<Session, std::string>> hook = {});
    awaitable<Result<std::vector<Session>>> personal_tokens(Actor actor, Page page);
    awaitable<Result<void>> remove_personal_token(Actor actor, SessionId id);

private:
    awaitable<Result<std::string>> hash(std::string password);
    awaitable<Result<bool>> matches(std::string password, std::string stored_hash);
    awaitable<Result<void>> confirm(Actor actor, std::optional<std::string> password);
    awaitable<Result<SignedIn>> create(std::string username, std::string password, Role role, std::optional<std::string> code);
    Result<SignedIn> begin_session(Tx& tx, User user, SessionKind kind) const;
    SignedIn sign_in(User user, SessionId session, SessionKind kind, std::uint32_t generation) const;
    awaitable<Result<Actor>> actor_of(Credential credential);
    Result<Actor> check_claims(Tx& tx, const Claims& claims) const;

    MetaStore& store_;
    const HashingLanes hashing_;
    const Clock& clock_;
    const AccountSettings settings_;
};

}  // namespace ks
