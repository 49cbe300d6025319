#pragma once

#include "edge/content.h"
#include "edge/request_context.h"
#include "ports/blob_store.h"

#include <functional>

namespace ks::edge {

// Called before the last piece of a content is sent; an error cuts the transfer there.
using BeforeLastPiece = std::function<awaitable<Result<void>>()>;

// Sends the content of `blob` as planned, with the security headers: by sendfile where the store has a local file, otherwise streamed from
// one sequential read, as with `before_last`. Succeeds if the client disconnects meanwhile. Errors: of the store and `before_last`; nothing
// has been sent if Exchange::answered() is false.
awaitable<Result<void>> send_content(RequestContext& call, ContentPlan plan, const BlobReader& blob, BeforeLastPiece before_last = {});

}  // namespace ks::edge
