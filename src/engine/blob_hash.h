#pragma once

#include "ports/blob_store.h"
#include "runtime/offload.h"

#include <functional>
#include <string>

namespace ks {

// The SHA-256 of a finished blob, computed by `digests`. `progress` is told, after each piece, how many bytes have been hashed.
awaitable<Result<std::string>> hash_blob(BlobStore& blobs, Offload& digests, FileId id, std::function<void(std::uint64_t)> progress = {});

}  // namespace ks
