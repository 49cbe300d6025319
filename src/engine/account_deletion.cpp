#include "engine/account_deletion.h"

namespace ks::engine {

awaitable<Result<void>> AccountDeletion::remove_user(Actor actor, UserId id) {
    KS_CO_CHECK(may_administer(actor));
    if (actor.user_id == id) co_return fail(ErrorCode::Conflict, "You can't do this to your own account; ask another administrator");
    auto disable = [id](Tx& tx) -> Result<std::vector<FileId>> {
        auto user = tx.users().lock(id);
        if (!user) return fail(ErrorCode::NotFound, "There is no such user");
        user->disabled = true;
        tx.users().update(*user);
        tx.sessions().remove_all(id);
        tx.publish(Revocation{id});
        return tx.files().list_ids(id);
    };
    KS_CO_TRY(auto files, co_await write_reclaiming_space(store_, std::move(disable)));
    Actor owner{.user_id = id};
    for (const FileId& file : files) {
        if (auto removed = co_await files_.remove(owner, file); !removed && removed.error().code != ErrorCode::NotFound) co_return removed;
    }
    auto finish = [id](Tx& tx) -> Result<void> {
        if (!tx.users().lock(id)) return {};
        // An upload may have been committed just before the account was disabled: the next sweep deletes its blob.
        for (const FileId& file : tx.files().list_ids(id)) tx.files().schedule_blob_deletion(file);
        for (const Upload& upload : tx.uploads().list(id)) tx.files().schedule_blob_deletion(upload.id);
        tx.users().remove(id);
        return {};
    };
    co_return co_await write_reclaiming_space(store_, std::move(finish));
}

}  // namespace ks::engine
