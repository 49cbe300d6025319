#pragma once

#include "edge/content.h"
#include "edge/request_context.h"
#include "ports/blob_store.h"

namespace ks::edge {

// Sends the content of `blob` as planned, with the security headers: by sendfile where the store has a local file, otherwise streamed from
// one sequential read. Succeeds if the client disconnects meanwhile. Errors: of the store; nothing has been sent if Exchange::answered() is
// false.
awaitable<Result<void>> send_content(RequestContext& call, ContentPlan plan, const BlobReader& blob);

}  // namespace ks::edge
