#include "model/access.h"

namespace ks {

Result<void> may_own(const Actor& actor, const UserId& owner) {
    if (actor.user_id != owner) return fail(ErrorCode::NotFound);
    return {};
}

Result<void> may_end_share(const Actor& actor, const UserId& owner) {
    if (actor.role == Role::Admin) return {};
    return may_own(actor, owner);
}

Result<void> may_continue(const Actor& actor, const Upload& upload, Time now) {
    KS_CHECK(may_own(actor, upload.owner_id));
    bool expired = actor.expires_at && *actor.expires_at <= now;
    if (expired && *actor.expires_at <= upload.created_at) return fail(ErrorCode::InvalidToken, "The token has expired");
    return {};
}

Result<void> may_administer(const Actor& actor) {
    if (actor.role != Role::Admin) return fail(ErrorCode::Forbidden, "Only administrators may do this");
    return {};
}

}  // namespace ks
