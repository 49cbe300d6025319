#pragma once

#include "ports/blob_store.h"

#include <map>
#include <mutex>

namespace ks {

// Blobs that end with the process, for tests. From any thread.
class MemoryBlobs final : public BlobStore {
public:
    struct Blobs {
        std::mutex mutex;
        std::map<FileId, std::string> incoming;
        std::map<FileId, std::shared_ptr<const std::string>> finished;
    };

    awaitable<Result<std::unique_ptr<BlobWriter>>> create(FileId id) override;
    awaitable<Result<std::unique_ptr<BlobReader>>> open(FileId id) override;
    awaitable<Result<void>> remove(FileId id) override;
    awaitable<Result<void>> check() override;

private:
    std::shared_ptr<Blobs> blobs_ = std::make_shared<Blobs>();
};

}  // namespace ks
