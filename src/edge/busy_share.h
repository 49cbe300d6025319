#pragma once

#include "edge/request_context.h"

namespace ks {

// Calls to Shares and Downloads, retried for a short time on UNAVAILABLE. After its last byte a download stays in flight until its end is
// committed; the share is then not busy but used up, and the retry returns that.
awaitable<Result<ShareView>> look_at_share(RequestContext& call, std::string token, std::optional<std::string> password, Guest guest);
awaitable<Result<DownloadTicket>> begin_download(RequestContext& call, ShareView view, Guest guest, ContentRequest request);

}  // namespace ks
