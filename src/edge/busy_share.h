#pragma once

#include "edge/call.h"

namespace ks {

// The calls of Shares and Downloads that find a share busy, asked again for a moment: a download whose last byte was handed over is still
// under way until its end is committed, and the share has ended rather than being busy then.
awaitable<Result<ShareView>> look_at_share(Call& call, std::string token, std::optional<std::string> password, Guest guest);
awaitable<Result<DownloadTicket>> begin_download(Call& call, ShareView view, Guest guest, ContentRequest request);

}  // namespace ks
