#pragma once

#include "main/config.h"
#include "ports/blob_store.h"
#include "runtime/offload.h"

#include <memory>

namespace ks {

// Opens the store that blobs.url names. `disk` runs its blocking calls and must outlive it. Throws std::runtime_error with the reason.
std::unique_ptr<BlobStore> open_blob_store(const Config& config, Offload& disk);

}  // namespace ks
