#include "engine/users.h"

namespace ks::engine {

awaitable<Result<bool>> Users::any() {
    auto look = [](Tx& tx) -> Result<bool> { return tx.users().any(); };
    return read(store_, std::move(look));
}

awaitable<Result<User>> Users::find(UserId id) {
    auto look = [id](Tx& tx) -> Result<User> {
        auto user = tx.users().find(id);
        if (!user) return fail(ErrorCode::NotFound);
        return std::move(*user);
    };
    return read(store_, std::move(look));
}

awaitable<Result<std::vector<User>>> Users::list(Actor actor, Page page) {
    KS_CO_CHECK(may_administer(actor));
    auto look = [page](Tx& tx) -> Result<std::vector<User>> { return tx.users().list(page); };
    co_return co_await read(store_, std::move(look));
}

awaitable<Result<User>> Users::change(Actor actor, UserId id, UserChange change) {
    KS_CO_CHECK(may_administer(actor));
    bool loses_power = change.disabled.value_or(false) || change.role.value_or(Role::Admin) != Role::Admin;
    if (actor.user_id == id && loses_power)
        co_return fail(ErrorCode::Conflict, "You can't do this to your own account; ask another administrator");
    auto apply = [this, id, change](Tx& tx) -> Result<User> {
        auto user = tx.users().lock(id);
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

}  // namespace ks::engine
