#include "engine/share_view.h"

#include "engine/journal.h"

namespace ks::engine {

namespace {

constexpr auto busy_retry = std::chrono::seconds(5);

}  // namespace

tl::unexpected<Error> no_such_share() { return fail(ErrorCode::NotFound, "There is no such share"); }
tl::unexpected<Error> share_is_gone() { return fail(ErrorCode::Gone, "This share has ended; ask its owner for a new one"); }

tl::unexpected<Error> share_is_busy() {
    Error error{ErrorCode::Unavailable,
                "Somebody else is using the last download of this link right now; if it is interrupted, the file becomes available again"};
    error.retry_after = busy_retry;
    return tl::unexpected(std::move(error));
}

Result<ShareView> view_of(Tx& tx, Share share) {
    auto file = tx.files().find(share.file_id);
    auto owner = tx.users().find(share.owner_id);
    if (!file || !owner) return no_such_share();
    return ShareView{std::move(share), std::move(*file), owner->username};
}

EventContext event_context_of(Tx& tx, const Share& share) {
    return {.owner = share.owner_id, .recipients = tx.shares().recipients(share.id), .shares = {share.id}};
}

void end_share(Tx& tx, const Share& share, Time now) {
    if (tx.shares().end(share.id, now)) append_event(tx, wire::ShareExpired{share.id, share.file_id}, event_context_of(tx, share), now);
}

}  // namespace ks::engine
