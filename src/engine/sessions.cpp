#include "engine/sessions.h"

#include "base/log.h"
#include "base/password.h"
#include "engine/credentials.h"

namespace ks::engine {

namespace {

tl::unexpected<Error> invalid_token() { return fail(ErrorCode::InvalidToken, "The token is invalid or expired; sign in again"); }
tl::unexpected<Error> wrong_credentials() { return fail(ErrorCode::InvalidCredentials, "Wrong username or password"); }

bool usable(const Session& session, Time now) { return !session.expires_at || *session.expires_at > now; }

Actor make_actor(const User& user, std::optional<SessionId> session, std::optional<Time> expires_at) {
    return Actor{user.id, user.username, user.role, session, expires_at};
}

}  // namespace

Sessions::Sessions(MetaStore& store, const PasswordHashing& hashing, const Clock& clock, TokenSettings settings)
    : store_(store), hashing_(hashing), clock_(clock), settings_(std::move(settings)) {}

SignedIn Sessions::sign_in(User user, SessionId session, SessionKind kind, std::uint32_t generation) const {
    SignedIn result{.user = std::move(user), .token = seal({kind, session, generation}, settings_.jwt_secret)};
    result.expires_in = settings_.refresh_token_ttl;
    if (kind == SessionKind::Tokens) {
        Time now = clock_.now();
        result.access_token = codec::sign_jwt({result.user.id, session, now, now + settings_.access_token_ttl}, settings_.jwt_secret);
        result.expires_in = settings_.access_token_ttl;
    }
    return result;
}

SignedIn Sessions::begin(Tx& tx, User user, SessionKind kind) const {
    Time now = clock_.now();
    Session session{SessionId::make(), user.id, kind, {}, 0, now, now + settings_.refresh_token_ttl};
    tx.sessions().insert(session);
    return sign_in(std::move(user), session.id, kind, 0);
}

awaitable<Result<SignedIn>> Sessions::login(std::string given_name, std::string password, SessionKind kind) {
    auto username = clean_username(given_name);
    auto look = [name = username.value_or("")](Tx& tx) -> Result<std::optional<User>> { return tx.users().find(name); };
    KS_CO_TRY(auto user, co_await read(store_, std::move(look)));
    KS_CO_TRY(bool right, co_await hashing_.matches(std::move(password), user ? user->password_hash : nobodys_password_hash()));
    if (!user || !right || user->disabled) co_return wrong_credentials();
    auto open = [this, id = user->id, compared = user->password_hash, kind](Tx& tx) -> Result<SignedIn> {
        auto current = tx.users().lock(id);  // a change of the password ends the sessions that exist by then
        if (!current || current->disabled || current->password_hash != compared) return wrong_credentials();
        return begin(tx, *current, kind);
    };
    co_return co_await write(store_, std::move(open));
}

awaitable<Result<SignedIn>> Sessions::refresh(std::string refresh_token, OnCreated<SignedIn> hook, std::function<bool(Tx&)> is_repeated) {
    KS_CO_TRY(auto credential, unseal(refresh_token, settings_.jwt_secret));
    if (credential.kind != SessionKind::Tokens) co_return invalid_token();
    auto rotate = [this, credential, hook, is_repeated](Tx& tx) -> Result<std::optional<SignedIn>> {
        auto session = tx.sessions().lock(credential.session);
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

awaitable<Result<UserId>> Sessions::owner_of(std::string refresh_token) {
    KS_CO_TRY(auto credential, unseal(refresh_token, settings_.jwt_secret));
    auto look = [this, credential](Tx& tx) -> Result<UserId> {
        auto session = tx.sessions().find(credential.session);
        if (!session || session->kind != credential.kind || !usable(*session, clock_.now())) return invalid_token();
        return session->user_id;
    };
    co_return co_await read(store_, std::move(look));
}

awaitable<Result<void>> Sessions::logout(std::string token) {
    KS_CO_TRY(auto credential, unseal(token, settings_.jwt_secret));
    if (credential.kind == SessionKind::Personal) co_return invalid_token();
    auto end = [id = credential.session](Tx& tx) -> Result<void> {
        if (auto session = tx.sessions().find(id)) end_session(tx, *session);
        return {};
    };
    co_return co_await write(store_, std::move(end));
}

awaitable<Result<void>> Sessions::logout_all(Actor actor) {
    auto end = [this, actor](Tx& tx) -> Result<void> {
        auto user = tx.users().lock(actor.user_id);
        if (!user) return fail(ErrorCode::NotFound);
        user->tokens_valid_from = clock_.now();
        tx.users().update(*user);
        tx.sessions().remove_all(user->id);
        tx.publish(Revocation{user->id});
        return {};
    };
    co_return co_await write(store_, std::move(end));
}

Result<Actor> Sessions::check_claims(Tx& tx, const codec::Claims& claims) const {
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

awaitable<Result<Actor>> Sessions::actor_of(Credential credential) {
    auto look = [this, credential](Tx& tx) -> Result<Actor> {
        auto session = tx.sessions().find(credential.session);
        if (!session || session->kind != credential.kind || !usable(*session, clock_.now())) return invalid_token();
        auto user = tx.users().find(session->user_id);
        if (!user || user->disabled) return invalid_token();
        return make_actor(*user, session->id, session->expires_at);
    };
    return read(store_, std::move(look));
}

awaitable<Result<Actor>> Sessions::authenticate(std::string bearer, codec::Expired jwt) {
    if (auto credential = unseal(bearer, settings_.jwt_secret); credential && credential->kind == SessionKind::Personal) {
        co_return co_await actor_of(*credential);
    }
    KS_CO_TRY(auto claims, codec::verify_jwt(bearer, settings_.jwt_secret, clock_.now(), jwt));
    auto look = [this, claims](Tx& tx) { return check_claims(tx, claims); };
    co_return co_await read(store_, std::move(look));
}

awaitable<Result<Actor>> Sessions::authenticate_cookie(std::string cookie) {
    KS_CO_TRY(auto credential, unseal(cookie, settings_.jwt_secret));
    if (credential.kind != SessionKind::Cookie) co_return invalid_token();
    co_return co_await actor_of(credential);
}

awaitable<Result<void>> Sessions::is_still_valid(Actor actor) {
    auto look = [actor](Tx& tx) -> Result<void> {
        auto user = tx.users().find(actor.user_id);
        if (!user || user->disabled || (actor.session_id && !tx.sessions().find(*actor.session_id))) return invalid_token();
        return {};
    };
    return read(store_, std::move(look));
}

void end_session(Tx& tx, const Session& session) {
    tx.sessions().remove(session.id);
    tx.publish(Revocation{session.user_id, session.id});
}

}  // namespace ks::engine
