#include "engine/accounts.h"

#include "base/crypto.h"
#include "base/log.h"
#include "base/password.h"
#include "codec/jwt.h"
#include "engine/credentials.h"

namespace ks {

namespace {

tl::unexpected<Error> invalid_token() { return fail(ErrorCode::InvalidToken, "The token is invalid or expired; sign in again"); }
tl::unexpected<Error> wrong_credentials() { return fail(ErrorCode::InvalidCredentials, "Wrong username or password"); }

tl::unexpected<Error> bad_code(Role role) {
    if (role == Role::Admin) return fail(ErrorCode::NotFound, "This set-up code is invalid or already used");
    return fail(ErrorCode::Forbidden, "This invitation is invalid, expired or already used; ask for a new one");
}

bool usable(const Session& session, Time now) { return !session.expires_at || *session.expires_at > now; }

Actor make_actor(const User& user, std::optional<SessionId> session, std::optional<Time> expires_at) {
    return Actor{user.id, user.username, user.role, session, expires_at};
}

// Removes a session and revokes its open connections.
void end_session(Tx& tx, const Session& session) {
    tx.sessions().remove(session.id);
    tx.publish(Revocation{session.user_id, session.id});
}

}  // namespace

Accounts::Accounts(MetaStore& store, HashingLanes hashing, const Clock& clock, AccountSettings settings)
    : store_(store), hashing_(hashing), clock_(clock), settings_(std::move(settings)) {}

awaitable<Result<std::string>> Accounts::hash(std::string password) {
    auto work = [password = std::move(password)]() -> Result<std::string> { return hash_password(password); };
    return offload(hashing_.others, std::move(work));
}

SignedIn Accounts::sign_in(User user, SessionId session, SessionKind kind, std::uint32_t generation) const {
    SignedIn result{.user = std::move(user), .token = seal({kind, session, generation}, settings_.jwt_secret)};
    result.expires_in = settings_.refresh_token_ttl;
    if (kind == SessionKind::Tokens) {
        Time now = clock_.now();
        result.access_token = sign_jwt({result.user.id, session, now, now + settings_.access_token_ttl}, settings_.jwt_secret);
        result.expires_in = settings_.access_token_ttl;
    }
    return result;
}

Result<SignedIn> Accounts::begin_session(Tx& tx, User user, SessionKind kind) const {
    Time now = clock_.now();
    Session session{SessionId::make(), user.id, kind, {}, 0, now, now + settings_.refresh_token_ttl};
    tx.sessions().insert(session);
    return sign_in(std::move(user), session.id, kind, 0);
}

awaitable<Result<SignedIn>> Accounts::create(std::string given_name, std::string password, Role role, std::optional<std::string> code) {
    KS_CO_TRY(auto username, clean_username(given_name));
    KS_CO_CHECK(check_password(password));
    // Hashing is expensive: verify the code first.
    auto check_code = [this, role, code](Tx& tx) -> Result<void> {
        if (code && !tx.sessions().has_invitation(sha256(*code), role, clock_.now())) return bad_code(role);
        return {};
    };
    KS_CO_CHECK(co_await read(store_, std::move(check_code)));
    KS_CO_TRY(auto password_hash, co_await hash(std::move(password)));
    User user{.id = UserId::make(), .username = username, .password_hash = password_hash, .role = role, .created_at = clock_.now()};
    auto work = [this, user, code](Tx& tx) -> Result<SignedIn> {
        if (code && !tx.sessions().take_invitation(sha256(*code), user.role, clock_.now())) return bad_code(user.role);
        // Set-up codes are void once an administrator exists.
        if (user.role == Role::Admin) tx.sessions().remove_invitations(Role::Admin);
        if (!tx.users().insert(user)) return fail(ErrorCode::Conflict, "The username " + user.username + " is taken");
        return begin_session(tx, user, SessionKind::Tokens);
    };
    co_return co_await write(store_, std::move(work));
}

awaitable<Result<SignedIn>> Accounts::register_user(std::string username, std::string password, std::optional<std::string> invitation) {
    if (settings_.registration == Registration::Closed && !invitation) {
        co_return fail(ErrorCode::Forbidden, "Registration is closed; ask the administrator for an account");
    }
    if (settings_.registration == Registration::Invite && !invitation) {
        co_return fail(ErrorCode::Forbidden, "Registration requires an invitation; ask the administrator for one");
    }
    if (settings_.registration == Registration::Open) invitation.reset();
    co_return co_await create(std::move(username), std::move(password), Role::User, std::move(invitation));
}

awaitable<Result<SignedIn>> Accounts::setup(std::string code, std::string username, std::string password) {
    co_return co_await create(std::move(username), std::move(password), Role::Admin, std::move(code));
}

awaitable<Result<void>> Accounts::create_admin(std::string username, std::string password) {
    KS_CO_CHECK(co_await create(std::move(username), std::move(password), Role::Admin, std::nullopt));
    co_return Result<void>{};
}

awaitable<Result<SignedIn>> Accounts::login(std::string given_name, std::string password, SessionKind kind) {
    auto username = clean_username(given_name);
    auto look = [name = username.value_or("")](Tx& tx) -> Result<std::optional<User>> { return tx.users().find(name); };
    KS_CO_TRY(auto user, co_await read(store_, std::move(look)));
    KS_CO_TRY(bool right, co_await matches(std::move(password), user ? user->password_hash : nobodys_password_hash()));
    if (!user || !right || user->disabled) co_return wrong_credentials();
    auto begin = [this, id = user->id, compared = user->password_hash, kind](Tx& tx) -> Result<SignedIn> {
        auto current = tx.users().find(id);
        if (!current || current->disabled || current->password_hash != compared) return wrong_credentials();
        return begin_session(tx, *current, kind);
    };
    co_return co_await write(store_, std::move(begin));
}

awaitable<Result<SignedIn>> Accounts::refresh(std::string refresh_token, OnCreated<SignedIn> hook, std::function<bool(Tx&)> is_repeated) {
    KS_CO_TRY(auto credential, unseal(refresh_token, settings_.jwt_secret));
    if (credential.kind != SessionKind::Tokens) co_return invalid_token();
    auto rotate = [this, credential, hook, is_repeated](Tx& tx) -> Result<std::optional<SignedIn>> {
        auto session = tx.sessions().find(credential.session);
        if (!session || !usable(*session, clock_.now())) return std::nullopt;
        auto user = tx.users().find(session->user_id);
        if (!user || user->disabled) return std::nullopt;
        if (is_repeated && is_repeated(tx)) return fail(ErrorCode::Conflict, "This request has been answered in the meantime");
        if (credential.generation != session->generation) {
            end_session(tx, *session);
            log::warning("refresh token reused; session revoked", {{"user", user->username}, {"session", session->id.text()}});
            return std::nullopt;
        }
        tx.sessions().rotate(session->id, session->generation + 1, clock_.now() + settings_.refresh_token_ttl);
        KS_TRY(SignedIn signed_in, created(tx, sign_in(*user, session->id, SessionKind::Tokens, session->generation + 1), hook));
        return signed_in;
    };
    KS_CO_TRY(auto signed_in, co_await write(store_, std::move(rotate)));
    if (!signed_in) co_return invalid_token();
    co_return std::move(*signed_in);
}

awaitable<Result<UserId>> Accounts::owner_of(std::string refresh_token) {
    KS_CO_TRY(auto credential, unseal(refresh_token, settings_.jwt_secret));
    auto look = [this, credential](Tx& tx) -> Result<UserId> {
        auto session = tx.sessions().find(credential.session);
        if (!session || session->kind != credential.kind || !usable(*session, clock_.now())) return invalid_token();
        return session->user_id;
    };
    co_return co_await read(store_, std::move(look));
}

awaitable<Result<void>> Accounts::logout(std::string token) {
    KS_CO_TRY(auto credential, unseal(token, settings_.jwt_secret));
    if (credential.kind == SessionKind::Personal) co_return invalid_token();
    auto end = [id = credential.session](Tx& tx) -> Result<void> {
        if (auto session = tx.sessions().find(id)) end_session(tx, *session);
        return {};
    };
    co_return co_await write(store_, std::move(end));
}

awaitable<Result<void>> Accounts::logout_all(Actor actor) {
    auto end = [this, actor](Tx& tx) -> Result<void> {
        auto user = tx.users().find(actor.user_id);
        if (!user) return fail(ErrorCode::NotFound);
        user->tokens_valid_from = clock_.now();
        tx.users().update(*user);
        tx.sessions().remove_all(user->id);
        tx.publish(Revocation{user->id});
        return {};
    };
    co_return co_await write(store_, std::move(end));
}

Result<Actor> Accounts::check_claims(Tx& tx, const Claims& claims) const {
    auto user = tx.users().find(claims.subject);
    if (!user || user->disabled) return invalid_token();
    if (claims.session) {
        auto session = tx.sessions().find(*claims.session);
        if (!session || session->user_id != user->id) return invalid_token();
    } else if (user->tokens_valid_from > Time{} && claims.issued_at.value_or(Time{}) <= user->tokens_valid_from) {
        return invalid_token();
    }
    return make_actor(*user, claims.session, claims.expires_at);
}

awaitable<Result<Actor>> Accounts::actor_of(Credential credential) {
    auto look = [this, credential](Tx& tx) -> Result<Actor> {
        auto session = tx.sessions().find(credential.session);
        if (!session || session->kind != credential.kind || !usable(*session, clock_.now())) return invalid_token();
        auto user = tx.users().find(session->user_id);
        if (!user || user->disabled) return invalid_token();
        return make_actor(*user, session->id, session->expires_at);
    };
    return read(store_, std::move(look));
}

awaitable<Result<Actor>> Accounts::authenticate(std::string bearer, Expired jwt) {
    if (auto credential = unseal(bearer, settings_.jwt_secret); credential && credential->kind == SessionKind::Personal) {
        co_return co_await actor_of(*credential);
    }
    KS_CO_TRY(auto claims, verify_jwt(bearer, settings_.jwt_secret, clock_.now(), jwt));
    auto look = [this, claims](Tx& tx) { return check_claims(tx, claims); };
    co_return co_await read(store_, std::move(look));
}

awaitable<Result<Actor>> Accounts::authenticate_cookie(std::string cookie) {
    KS_CO_TRY(auto credential, unseal(cookie, settings_.jwt_secret));
    if (credential.kind != SessionKind::Cookie) co_return invalid_token();
    co_return co_await actor_of(credential);
}

awaitable<Result<void>> Accounts::is_still_valid(Actor actor) {
    auto look = [actor](Tx& tx) -> Result<void> {
        auto user = tx.users().find(actor.user_id);
        if (!user || user->disabled || (actor.session_id && !tx.sessions().find(*actor.session_id))) return invalid_token();
        return {};
    };
    return read(store_, std::move(look));
}

awaitable<Result<bool>> Accounts::any_user() {
    auto look = [](Tx& tx) -> Result<bool> { return tx.users().any(); };
    return read(store_, std::move(look));
}

awaitable<Result<std::string>> Accounts::make_setup_code() {
    std::string code = random_token(18);
    auto keep = [this, code](Tx& tx) -> Result<std::string> {
        tx.sessions().remove_invitations(Role::Admin);
        tx.sessions().insert_invitation({sha256(code), Role::Admin, clock_.now() + std::chrono::days(365), InvitationId::make()});
        return code;
    };
    co_return co_await write(store_, std::move(keep));
}

awaitable<Result<std::pair<std::string, Invitation>>> Accounts::invite(Actor actor, Duration valid_for,
                                                                       OnCreated<std::pair<std::string, Invitation>> hook) {
    KS_CO_CHECK(may_administer(actor));
    auto code = random_token(18);
    Invitation invitation{sha256(code), Role::User, clock_.now() + valid_for, InvitationId::make()};
    auto keep = [code, invitation, hook](Tx& tx) -> Result<std::pair<std::string, Invitation>> {
        tx.sessions().insert_invitation(invitation);
        return created(tx, std::pair(code, invitation), hook);
    };
    co_return co_await write(store_, std::move(keep));
}

awaitable<Result<std::vector<Invitation>>> Accounts::invitations(Actor actor, Page page) {
    KS_CO_CHECK(may_administer(actor));
    auto look = [this, page](Tx& tx) -> Result<std::vector<Invitation>> {
        return tx.sessions().list_invitations(Role::User, clock_.now(), page);
    };
    co_return co_await read(store_, std::move(look));
}

awaitable<Result<void>> Accounts::remove_invitation(Actor actor, InvitationId id) {
    KS_CO_CHECK(may_administer(actor));
    auto remove = [id](Tx& tx) -> Result<void> {
        if (!tx.sessions().remove_invitation(id, Role::User)) return fail(ErrorCode::NotFound, "There is no such invitation");
        return {};
    };
    co_return co_await write(store_, std::move(remove));
}

awaitable<Result<User>> Accounts::find(UserId id) {
    auto look = [id](Tx& tx) -> Result<User> {
        auto user = tx.users().find(id);
        if (!user) return fail(ErrorCode::NotFound);
        return std::move(*user);
    };
    return read(store_, std::move(look));
}

awaitable<Result<std::vector<User>>> Accounts::list(Actor actor, Page page) {
    KS_CO_CHECK(may_administer(actor));
    auto look = [page](Tx& tx) -> Result<std::vector<User>> { return tx.users().list(page); };
    co_return co_await read(store_, std::move(look));
}

awaitable<Result<User>> Accounts::change(Actor actor, UserId id, UserChange change) {
    KS_CO_CHECK(may_administer(actor));
    bool loses_power = change.disabled.value_or(false) || change.role.value_or(Role::Admin) != Role::Admin;
    if (actor.user_id == id && loses_power)
        co_return fail(ErrorCode::Conflict, "You can't do this to your own account; ask another administrator");
    auto apply = [this, id, change](Tx& tx) -> Result<User> {
        auto user = tx.users().find(id);
        if (!user) return fail(ErrorCode::NotFound);
        bool ends = change.disabled.value_or(false) && !user->disabled;
        user->role = change.role.value_or(user->role);
        user->quota_bytes = change.quota_bytes.value_or(user->quota_bytes);
        user->disabled = change.disabled.value_or(user->disabled);
        if (ends) {
            user->tokens_valid_from = clock_.now();
            tx.sessions().remove_all(id);
            tx.sessions().remove_password_reset(id);
            tx.publish(Revocation{id});
        }
        tx.publish(RowChange{});
        tx.users().update(*user);
        return std::move(*user);
    };
    co_return co_await write(store_, std::move(apply));
}

awaitable<Result<std::pair<Session, std::string>>> Accounts::make_personal_token(Actor actor, std::string name,
                                                                                 std::optional<Duration> valid_for,
                                                                                 std::optional<std::string> password,
                                                                                 OnCreated<std::pair<Session, std::string>> hook) {
    KS_CO_CHECK(co_await confirm(actor, std::move(password)));
    Time now = clock_.now();
    Session session{
        .id = SessionId::make(), .user_id = actor.user_id, .kind = SessionKind::Personal, .name = std::move(name), .created_at = now};
    if (valid_for) session.expires_at = now + *valid_for;
    auto keep = [this, session, hook](Tx& tx) -> Result<std::pair<Session, std::string>> {
        tx.sessions().insert(session);
        return created(tx, std::pair(session, seal({SessionKind::Personal, session.id, 0}, settings_.jwt_secret)), hook);
    };
    co_return co_await write(store_, std::move(keep));
}

awaitable<Result<std::vector<Session>>> Accounts::personal_tokens(Actor actor, Page page) {
    auto look = [actor, page](Tx& tx) -> Result<std::vector<Session>> { return tx.sessions().list_personal(actor.user_id, page); };
    co_return co_await read(store_, std::move(look));
}

awaitable<Result<void>> Accounts::remove_personal_token(Actor actor, SessionId id) {
    auto end = [actor, id](Tx& tx) -> Result<void> {
        auto session = tx.sessions().find(id);
        if (!session || session->kind != SessionKind::Personal) return fail(ErrorCode::NotFound);
        KS_CHECK(may_own(actor, session->user_id));
        end_session(tx, *session);
        return {};
    };
    co_return co_await write(store_, std::move(end));
}

}  // namespace ks
