#pragma once

#include "edge/request_context.h"

namespace ks::edge {

// Calls to Shares and Downloads, retried for a short time on UNAVAILABLE. After its last byte a download stays in flight until its end is
// committed; the share is then not busy but used up, and the retry returns that.
awaitable<Result<engine::ShareView>> look_at_share(RequestContext& call, std::string token, std::optional<std::string> password,
                                                   engine::Guest guest);
awaitable<Result<engine::DownloadTicket>> begin_download(RequestContext& call, engine::ShareView view, engine::Guest guest,
                                                         engine::ContentRequest request);

}  // namespace ks::edge
