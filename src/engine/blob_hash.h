#pragma once

#include "ports/blob_store.h"
#include "runtime/offload.h"

#include <functional>
#include <string>

namespace ks::engine {

// Returns the SHA-256 of a finished blob, computed on `digests`. `progress`, if given, is called after each piece with the total number of
// bytes hashed.
awaitable<Result<std::string>> hash_blob(BlobStore& blobs, Offload& digests, FileId id, std::function<void(std::uint64_t)> progress = {});

}  // namespace ks::engine
