#include "base/crypto.h"
#include "base/password.h"
#include "engine/accounts.h"

namespace ks {

namespace {

constexpr Duration recent_sign_in = std::chrono::minutes(15);
constexpr Duration reset_lifetime = std::chrono::hours(24);

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

Result<std::pair<std::string, Time>> keep_reset(Tx& tx, const std::optional<User>& user, const std::string& code, Time expires_at) {
    if (!user) return fail(ErrorCode::NotFound, "There is no such user");
    if (user->disabled) return fail(ErrorCode::Conflict, "This account is disabled; enable it first");
    tx.sessions().put_password_reset({user->id, sha256(code), expires_at});
    return std::pair(code, expires_at);
}

}  // namespace

awaitable<Result<bool>> Accounts::matches(std::string password, std::string stored_hash) {
    auto compare = [password = std::move(password), stored = std::move(stored_hash)]() -> Result<bool> {
        return password.size() <= 1024 && password_matches(password, stored);
    };
    return offload(hashing_.sign_ins, std::move(compare));
}

awaitable<Result<void>> Accounts::confirm(Actor actor, std::optional<std::string> password) {
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
    KS_CO_TRY(bool right, co_await matches(std::move(*password), std::move(known.password_hash)));
    if (!right) co_return wrong_password();
    co_return Result<void>{};
}

awaitable<Result<void>> Accounts::change_password(Actor actor, std::string password, std::string new_password) {
    if (auto good = check_password(new_password); !good) co_return bad_field("new_password", good.error().message);
    KS_CO_TRY(auto user, co_await find(actor.user_id));
    KS_CO_TRY(bool right, co_await matches(std::move(password), user.password_hash));
    if (!right) co_return wrong_password();
    KS_CO_TRY(auto password_hash, co_await hash(std::move(new_password)));
    auto apply = [this, actor, compared = user.password_hash, password_hash](Tx& tx) -> Result<void> {
        auto current = tx.users().find(actor.user_id);
        if (!current || current->disabled || current->password_hash != compared) return wrong_password();
        set_password(tx, std::move(*current), password_hash, actor.session_id, clock_.now());
        return {};
    };
    co_return co_await write(store_, std::move(apply));
}

awaitable<Result<std::pair<std::string, Time>>> Accounts::make_password_reset(Actor actor, UserId id,
                                                                              OnCreated<std::pair<std::string, Time>> hook) {
    KS_CO_CHECK(may_administer(actor));
    auto code = random_token(18);
    Time expires_at = clock_.now() + reset_lifetime;
    auto keep = [id, code, expires_at, hook](Tx& tx) -> Result<std::pair<std::string, Time>> {
        KS_TRY(auto made, keep_reset(tx, tx.users().find(id), code, expires_at));
        return created(tx, std::move(made), hook);
    };
    co_return co_await write(store_, std::move(keep));
}

awaitable<Result<std::pair<std::string, Time>>> Accounts::make_password_reset_on_site(std::string user) {
    auto code = random_token(18);
    Time expires_at = clock_.now() + reset_lifetime;
    auto keep = [user = std::move(user), code, expires_at](Tx& tx) {
        auto id = UserId::parse(user);
        return keep_reset(tx, id ? tx.users().find(*id) : tx.users().find(clean_username(user).value_or("")), code, expires_at);
    };
    co_return co_await write(store_, std::move(keep));
}

awaitable<Result<SignedIn>> Accounts::reset_password(std::string code, std::string password, SessionKind kind) {
    KS_CO_CHECK(check_password(password));
    // Hashing is expensive: verify the code first.
    auto look = [this, code](Tx& tx) -> Result<void> {
        if (!tx.sessions().find_password_reset(sha256(code), clock_.now())) return bad_reset_code();
        return {};
    };
    KS_CO_CHECK(co_await read(store_, std::move(look)));
    KS_CO_TRY(auto password_hash, co_await hash(std::move(password)));
    auto apply = [this, code, password_hash, kind](Tx& tx) -> Result<SignedIn> {
        auto id = tx.sessions().find_password_reset(sha256(code), clock_.now());
        auto user = id ? tx.users().find(*id) : std::nullopt;
        if (!user || user->disabled) return bad_reset_code();
        set_password(tx, *user, password_hash, std::nullopt, clock_.now());
        return begin_session(tx, std::move(*user), kind);
    };
    co_return co_await write(store_, std::move(apply));
}

}  // namespace ks
