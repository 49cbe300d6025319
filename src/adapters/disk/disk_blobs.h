#pragma once

#include "adapters/disk/disk_writer.h"
#include "ports/blob_store.h"

namespace ks::disk {

// Blob store on a local file system: one file per blob below a root folder (see BlobLayout for the layout).
//
// Implementation: a blob is written at incoming/<uuid> and renamed when it is complete; GroupSync batches the fsyncs of concurrent uploads.
// Blocking calls run on `pool`. Free space is checked per write, a reserve stays for the database.
//
// Considerations: `pool` must outlive every call, reader and writer, and must stop before the buffers of pending reads are
// destroyed. Thread-safe.
class DiskBlobs final : public BlobStore {
public:
    // Creates the root folder if needed; its parent must exist. Throws std::runtime_error with the reason on failure.
    DiskBlobs(const std::string& root, Offload& pool);

    std::unique_ptr<BlobWriter> create(FileId id) override;
    awaitable<Result<std::unique_ptr<BlobWriter>>> resume(FileId id, std::uint64_t size) override;
    awaitable<Result<void>> concatenate(FileId id, std::vector<BlobInfo> parts) override;
    awaitable<Result<std::unique_ptr<BlobReader>>> open(FileId id) override;
    awaitable<Result<void>> remove(FileId id) override;
    awaitable<Result<void>> check() override;
    awaitable<Result<std::optional<std::uint64_t>>> available_bytes() override;
    awaitable<Result<std::vector<BlobInfo>>> list(std::optional<FileId> after) override;
    awaitable<Result<std::vector<BlobInfo>>> list_unfinished() override;
    void stop() override { syncs_.stop(); }

private:
    GroupSync syncs_;
    const std::shared_ptr<DiskParts> parts_;
};

}  // namespace ks::disk
