#pragma once

#include "base/result.h"
#include "model/file.h"
#include "model/share.h"
#include "ports/tx.h"

#include <string>
#include <vector>

namespace ks::engine {

// A share with the related rows that the API shows.
struct ShareView {
    Share share;
    File file;
    std::string owner{};                    // username
    std::vector<std::string> recipients{};  // usernames; shown to the owner only
};

tl::unexpected<Error> no_such_share();
tl::unexpected<Error> share_is_gone();
tl::unexpected<Error> share_is_busy();  // every remaining download is in progress

Result<ShareView> view_of(Tx& tx, Share share);

// Returns the context to notify of the share's events.
EventContext event_context_of(Tx& tx, const Share& share);

// Marks the share as ended and records ShareExpired. Idempotent: concurrent callers record it once.
void end_share(Tx& tx, const Share& share, Time now);

}  // namespace ks::engine
