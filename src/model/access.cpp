#include "model/access.h"

namespace ks {

Result<void> may_own(const Actor& actor, const UserId& owner) {
    if (actor.user_id != owner) return fail(ErrorCode::NotFound);
    return {};
}

Result<void> may_administer(const Actor& actor) {
    if (actor.role != Role::Admin) return fail(ErrorCode::Forbidden, "Only an administrator may do this");
    return {};
}

}  // namespace ks
