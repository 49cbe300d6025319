#include "main/blob_stores.h"

#include "adapters/disk/disk_blobs.h"
#include "adapters/memory/memory_blobs.h"

namespace ks {

std::unique_ptr<BlobStore> open_blob_store(const Config& config, Offload& disk) {
    if (config.blobs.url == memory_blobs) return std::make_unique<MemoryBlobs>();
    return std::make_unique<DiskBlobs>(blobs_path(config), disk);
}

}  // namespace ks
