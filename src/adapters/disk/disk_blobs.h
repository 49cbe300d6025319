#pragma once

#include "adapters/disk/folders.h"
#include "ports/blob_store.h"
#include "runtime/offload.h"

namespace ks {

// Blobs as files below a folder. `pool` does all that blocks and outlives every call and what has been handed out; it ends before the
// buffers that a read_at() under way fills.
class DiskBlobs final : public BlobStore {
public:
    // Makes the folder (its parent is there). Throws std::runtime_error with the reason when it can't.
    DiskBlobs(const std::string& root, Offload& pool);

    awaitable<Result<std::unique_ptr<BlobWriter>>> create(FileId id) override;
    awaitable<Result<std::unique_ptr<BlobReader>>> open(FileId id) override;
    awaitable<Result<void>> remove(FileId id) override;
    awaitable<Result<void>> check() override;

private:
    std::shared_ptr<Folders> folders_;
    Offload& pool_;
};

}  // namespace ks
