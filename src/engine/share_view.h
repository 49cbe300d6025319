#pragma once

#include "base/result.h"
#include "model/file.h"
#include "model/share.h"
#include "ports/tx.h"

#include <string>
#include <vector>

namespace ks {

// A share with what is shown beside it.
struct ShareView {
    Share share;
    File file;
    std::string owner{};                    // username
    std::vector<std::string> recipients{};  // usernames; for the owner alone
};

tl::unexpected<Error> no_such_share();
tl::unexpected<Error> share_is_gone();
tl::unexpected<Error> share_is_busy();  // all downloads that are left are under way

Result<ShareView> view_of(Tx& tx, Share share);

// Those who learn of what happens to the share.
Parties parties_of(Tx& tx, const Share& share);

// Marks the share as ended and records ShareExpired; exactly once for each end, whoever notices it first.
void end_share(Tx& tx, const Share& share, Time now);

}  // namespace ks
