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

// Who is asked for by name and password, code, or refresh token, and what they then hold. `token` is the refresh token, the cookie's value
// or the personal access token.
struct SignedIn {
    User user;
    std::string token;
    std::string access_token{};  // for SessionKind::Tokens
    Duration expires_in{};       // of the access token, else of the session
};

struct UserChange {
    std::optional<Role> role{};
    std::optional<std::uint64_t> quota_bytes{};
    std::optional<bool> disabled{};
};

struct Credential;

// Accounts and their sessions.
// Where passwords are hashed: those of sign-ins apart from what anybody may ask for, which could keep all threads busy.
struct HashingLanes {
    Offload& sign_ins;
    Offload& others;
};

class Accounts {
public:
    Accounts(MetaStore& store, HashingLanes hashing, const Clock& clock, AccountSettings settings);

    awaitable<Result<SignedIn>> register_user(std::string username, std::string password, std::optional<std::string> invitation);
    awaitable<Result<SignedIn>> login(std::string username, std::string password,
                                      SessionKind kind);  // INVALID_CREDENTIALS, in constant time
    // The old token is dead; used again, it ends the session, unless `is_repeated`: then CONFLICT.
    awaitable<Result<SignedIn>> refresh(std::string refresh_token, OnCreated<SignedIn> hook = {},
                                        std::function<bool(Tx&)> is_repeated = {});
    awaitable<Result<UserId>> owner_of(std::string refresh_token);  // also of a dead one whose session goes on
    awaitable<Result<void>> logout(std::string token);              // a refresh token or the cookie
    awaitable<Result<void>> logout_all(Actor actor);

    // The caller behind a JWT or a personal access token, or behind the cookie. INVALID_TOKEN for one that is not good (any more).
    awaitable<Result<Actor>> authenticate(std::string bearer, Expired jwt = Expired::Refused);
    awaitable<Result<Actor>> authenticate_cookie(std::string cookie);

    awaitable<Result<void>> still_good(Actor actor);  // INVALID_TOKEN when user or session have ended since

    awaitable<Result<bool>> any_user();
    awaitable<Result<std::string>> make_setup_code();  // good until used or until the next one is made
    awaitable<Result<SignedIn>> setup(std::string code, std::string username, std::string password);
    awaitable<Result<void>> create_admin(std::string username, std::string password);

    awaitable<Result<User>> find(UserId id);
    awaitable<Result<std::vector<User>>> list(Actor actor, Page page);
    awaitable<Result<User>> change(Actor actor, UserId id, UserChange change);
    awaitable<Result<std::pair<std::string, Invitation>>> invite(Actor actor, Duration valid_for,
                                                                 OnCreated<std::pair<std::string, Invitation>> hook = {});
    awaitable<Result<std::vector<Invitation>>> invitations(Actor actor, Page page);  // those still good
    awaitable<Result<void>> remove_invitation(Actor actor, InvitationId id);

    // Sets another password and ends the user's other sessions. INVALID_CREDENTIALS when `password` is not the present one.
    awaitable<Result<void>> change_password(Actor actor, std::string password, std::string new_password);
    // Makes the code with which the user sets another password, and the time when it expires. It replaces an earlier code.
    awaitable<Result<std::pair<std::string, Time>>> make_password_reset(Actor actor, UserId id,
                                                                        OnCreated<std::pair<std::string, Time>> hook = {});
    // The same for whoever has the database at hand; `user` is a name or an id.
    awaitable<Result<std::pair<std::string, Time>>> make_password_reset_on_site(std::string user);
    // Sets another password by such a code, ends all sessions and begins one. INVALID_CREDENTIALS for a code that is not good.
    awaitable<Result<SignedIn>> reset_password(std::string code, std::string password, SessionKind kind);

    // Needs the password, or a session that was begun within the last 15 minutes. FORBIDDEN without, and for a personal token.
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
