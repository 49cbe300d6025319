#pragma once

#include "adapters/disk/disk_writer.h"
#include "ports/blob_store.h"

namespace ks {

// Blobs as files below a folder. `pool` does what blocks and outlives every call and what has been handed out; it ends before the buffers
// that a read_at() under way fills.
class DiskBlobs final : public BlobStore {
public:
    // Makes the folder (its parent is there). Throws std::runtime_error with the reason when it can't.
    DiskBlobs(const std::string& root, Offload& pool);

    std::unique_ptr<BlobWriter> create(FileId id) override;
    awaitable<Result<std::unique_ptr<BlobWriter>>> resume(FileId id, std::uint64_t size) override;
    awaitable<Result<void>> concatenate(FileId id, std::vector<FileId> parts) override;
    awaitable<Result<std::unique_ptr<BlobReader>>> open(FileId id) override;
    awaitable<Result<void>> remove(FileId id) override;
    awaitable<Result<void>> check() override;
    awaitable<Result<std::optional<std::uint64_t>>> room() override;
    awaitable<Result<std::vector<BlobFacts>>> list(std::optional<FileId> after) override;
    awaitable<Result<std::vector<BlobFacts>>> list_unfinished() override;

private:
    GroupSync syncs_;
    const std::shared_ptr<DiskParts> parts_;
};

}  // namespace ks
