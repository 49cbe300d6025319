#include "engine/passwords.h"

#include "base/crypto.h"

namespace ks::engine {

namespace {

constexpr Duration recent_sign_in = std::chrono::minutes(15);

tl::unexpected<Error> wrong_password() { return fail(ErrorCode::InvalidCredentials, "Wrong password"); }
tl::unexpected<Error> bad_reset_code() {
    return fail(ErrorCode::InvalidCredentials, "This code is invalid, expired or already used; ask an administrator for a new one");
}

// Stores the new password and ends all sessions except `keep`, externally issued tokens and any pending reset code.
void set_password(Tx& tx, User user, std::string password_hash, std::optional<SessionId> keep, Time now) {
    user.password_hash = std::move(password_hash);
    user.tokens_valid_from = now;
    tx.users().update(user);
    tx.sessions().remove_all(user.id, keep);
    tx.sessions().remove_password_reset(user.id);
    tx.publish(Revocation{.user_id = user.id, .except = keep});
}

}  // namespace

Passwords::Passwords(MetaStore& store, const PasswordHashing& hashing, const Sessions& sessions, const Clock& clock)
    : store_(store), hashing_(hashing), sessions_(sessions), clock_(clock) {}

awaitable<Result<void>> Passwords::change_password(Actor actor, std::string password, std::string new_password) {
    if (auto good = check_password(new_password); !good) co_return bad_field("new_password", good.error().message);
    auto look = [actor](Tx& tx) -> Result<User> {
        auto user = tx.users().find(actor.user_id);
        if (!user) return fail(ErrorCode::NotFound);
        return std::move(*user);
    };
    KS_CO_TRY(auto user, co_await read(store_, std::move(look)));
    KS_CO_TRY(bool right, co_await hashing_.matches(std::move(password), user.password_hash));
    if (!right) co_return wrong_password();
    KS_CO_TRY(auto password_hash, co_await hashing_.hash(std::move(new_password)));
    auto apply = [this, actor, compared = user.password_hash, password_hash](Tx& tx) -> Result<void> {
        auto current = tx.users().lock(actor.user_id);
        if (!current || current->disabled || current->password_hash != compared) return wrong_password();
        set_password(tx, std::move(*current), password_hash, actor.session_id, clock_.now());
        return {};
    };
    co_return co_await write(store_, std::move(apply));
}

awaitable<Result<SignedIn>> Passwords::reset_password(std::string code, std::string password, SessionKind kind) {
    KS_CO_CHECK(check_password(password));
    // Hashing is expensive: verify the code first.
    auto look = [this, code](Tx& tx) -> Result<void> {
        if (!tx.sessions().find_password_reset(sha256(code), clock_.now())) return bad_reset_code();
        return {};
    };
    KS_CO_CHECK(co_await read(store_, std::move(look)));
    KS_CO_TRY(auto password_hash, co_await hashing_.hash(std::move(password)));
    auto apply = [this, code, password_hash, kind](Tx& tx) -> Result<SignedIn> {
        auto id = tx.sessions().find_password_reset(sha256(code), clock_.now());
        auto user = id ? tx.users().lock(*id) : std::nullopt;
        if (!user || user->disabled) return bad_reset_code();
        // Again, as it may have been used before the user was locked.
        if (tx.sessions().find_password_reset(sha256(code), clock_.now()) != id) return bad_reset_code();
        set_password(tx, *user, password_hash, std::nullopt, clock_.now());
        return sessions_.begin(tx, std::move(*user), kind);
    };
    co_return co_await write(store_, std::move(apply));
}

awaitable<Result<void>> Passwords::confirm(Actor actor, std::optional<std::string> password) {
    struct Known {
        std::string password_hash;
        bool is_recent = false;
    };
    auto look = [this, actor](Tx& tx) -> Result<Known> {
        auto user = tx.users().find(actor.user_id);
        if (!user) return fail(ErrorCode::NotFound);
        auto session = actor.session_id ? tx.sessions().find(*actor.session_id) : std::nullopt;
        if (session && session->kind == SessionKind::Personal) {
            return fail(ErrorCode::Forbidden, "A personal access token can't create another one; sign in with your username and password");
        }
        return Known{user->password_hash, session && session->created_at + recent_sign_in > clock_.now()};
    };
    KS_CO_TRY(auto known, co_await read(store_, std::move(look)));
    if (!password && known.is_recent) co_return Result<void>{};
    if (!password) {
        co_return fail(ErrorCode::Forbidden, "You signed in more than 15 minutes ago: \"password\" is required, or sign in again");
    }
    KS_CO_TRY(bool right, co_await hashing_.matches(std::move(*password), std::move(known.password_hash)));
    if (!right) co_return wrong_password();
    co_return Result<void>{};
}

}  // namespace ks::engine
