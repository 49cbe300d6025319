#pragma once

#include "ports/blob_store.h"

#include <map>
#include <mutex>
#include <string>

namespace ks::memory {

// Blob store in the memory of the process, for tests and trials: the contents are lost with it. Thread-safe.
class MemoryBlobs final : public BlobStore {
public:
    struct Blobs {
        std::mutex mutex;
        std::map<FileId, std::string> incoming;
        std::map<FileId, std::shared_ptr<const std::string>> finished;
    };

    std::unique_ptr<BlobWriter> create(FileId id) override;
    awaitable<Result<std::unique_ptr<BlobWriter>>> resume(FileId id, std::uint64_t size) override;
    awaitable<Result<void>> concatenate(FileId id, std::vector<BlobInfo> parts) override;
    awaitable<Result<std::unique_ptr<BlobReader>>> open(FileId id) override;
    awaitable<Result<void>> remove(FileId id) override;
    awaitable<Result<void>> check() override;
    awaitable<Result<std::optional<std::uint64_t>>> available_bytes() override;
    awaitable<Result<std::vector<BlobInfo>>> list(std::optional<FileId> after) override;
    awaitable<Result<std::vector<BlobInfo>>> list_unfinished() override;
    void stop() override {}

private:
    std::shared_ptr<Blobs> blobs_ = std::make_shared<Blobs>();
};

}  // namespace ks::memory
