#include "engine/password_resets.h"

#include "base/crypto.h"

namespace ks::engine {

namespace {

constexpr Duration reset_lifetime = std::chrono::hours(24);

Result<PasswordResetCode> store_code(Tx& tx, const std::optional<User>& user, const std::string& code, Time expires_at) {
    if (!user) return fail(ErrorCode::NotFound, "There is no such user");
    if (user->disabled) return fail(ErrorCode::Conflict, "This account is disabled; enable it first");
    tx.sessions().put_password_reset({user->id, sha256(code), expires_at});
    return PasswordResetCode{code, expires_at};
}

}  // namespace

awaitable<Result<PasswordResetCode>> PasswordResets::create(Actor actor, UserId id, OnCreated<PasswordResetCode> hook) {
    KS_CO_CHECK(may_administer(actor));
    auto code = random_token(18);
    Time expires_at = clock_.now() + reset_lifetime;
    auto keep = [id, code, expires_at, hook](Tx& tx) -> Result<PasswordResetCode> {
        KS_TRY(auto made, store_code(tx, tx.users().lock(id), code, expires_at));
        return created(tx, std::move(made), hook);
    };
    co_return co_await write(store_, std::move(keep));
}

awaitable<Result<PasswordResetCode>> PasswordResets::create_on_site(std::string user) {
    auto code = random_token(18);
    Time expires_at = clock_.now() + reset_lifetime;
    auto keep = [user = std::move(user), code, expires_at](Tx& tx) {
        auto id = UserId::parse(user);
        return store_code(tx, id ? tx.users().find(*id) : tx.users().find(clean_username(user).value_or("")), code, expires_at);
    };
    co_return co_await write(store_, std::move(keep));
}

}  // namespace ks::engine
