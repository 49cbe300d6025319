#include "engine/invitations.h"

#include "base/crypto.h"

namespace ks::engine {

awaitable<Result<NewInvitation>> Invitations::create(Actor actor, Duration valid_for, OnCreated<NewInvitation> hook) {
    KS_CO_CHECK(may_administer(actor));
    auto code = random_token(18);
    Invitation invitation{sha256(code), Role::User, clock_.now() + valid_for, InvitationId::make()};
    auto keep = [code, invitation, hook](Tx& tx) -> Result<NewInvitation> {
        tx.sessions().insert_invitation(invitation);
        return created(tx, NewInvitation{invitation, code}, hook);
    };
    co_return co_await write(store_, std::move(keep));
}

awaitable<Result<std::vector<Invitation>>> Invitations::list(Actor actor, Page page) {
    KS_CO_CHECK(may_administer(actor));
    auto look = [this, page](Tx& tx) -> Result<std::vector<Invitation>> {
        return tx.sessions().list_invitations(Role::User, clock_.now(), page);
    };
    co_return co_await read(store_, std::move(look));
}

awaitable<Result<void>> Invitations::remove(Actor actor, InvitationId id) {
    KS_CO_CHECK(may_administer(actor));
    auto remove = [id](Tx& tx) -> Result<void> {
        if (!tx.sessions().remove_invitation(id, Role::User)) return fail(ErrorCode::NotFound, "There is no such invitation");
        return {};
    };
    co_return co_await write(store_, std::move(remove));
}

}  // namespace ks::engine
