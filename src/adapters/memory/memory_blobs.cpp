#include "adapters/memory/memory_blobs.h"

#include <algorithm>

namespace ks {

namespace {

class MemoryWriter final : public BlobWriter {
public:
    MemoryWriter(FileId id, std::shared_ptr<MemoryBlobs::Blobs> blobs) : id_(id), blobs_(std::move(blobs)) {}

    awaitable<Result<void>> write(std::string chunk) override {
        std::lock_guard lock(blobs_->mutex);
        auto found = blobs_->incoming.find(id_);
        if (found != blobs_->incoming.end()) found->second += chunk;
        co_return Result<void>{};
    }

    awaitable<Result<void>> finish() override {
        std::lock_guard lock(blobs_->mutex);
        auto found = blobs_->incoming.find(id_);
        if (found == blobs_->incoming.end()) co_return fault("the blob was removed while it was written");
        blobs_->finished[id_] = std::make_shared<const std::string>(std::move(found->second));
        blobs_->incoming.erase(found);
        co_return Result<void>{};
    }

private:
    const FileId id_;
    const std::shared_ptr<MemoryBlobs::Blobs> blobs_;
};

class MemoryReader final : public BlobReader {
public:
    explicit MemoryReader(std::shared_ptr<const std::string> content) : content_(std::move(content)) {}

    std::uint64_t size() const override { return content_->size(); }
    int descriptor() const override { return -1; }

    awaitable<Result<std::size_t>> read_at(std::uint64_t offset, std::span<char> out) override {
        if (offset >= content_->size()) co_return std::size_t{0};
        co_return content_->copy(out.data(), out.size(), offset);
    }

private:
    const std::shared_ptr<const std::string> content_;
};

}  // namespace

awaitable<Result<std::unique_ptr<BlobWriter>>> MemoryBlobs::create(FileId id) {
    std::lock_guard lock(blobs_->mutex);
    if (!blobs_->incoming.emplace(id, std::string()).second) co_return fault("the blob is being written already");
    co_return std::make_unique<MemoryWriter>(id, blobs_);
}

awaitable<Result<std::unique_ptr<BlobReader>>> MemoryBlobs::open(FileId id) {
    std::lock_guard lock(blobs_->mutex);
    auto found = blobs_->finished.find(id);
    if (found == blobs_->finished.end()) co_return fail(ErrorCode::NotFound);
    co_return std::make_unique<MemoryReader>(found->second);
}

awaitable<Result<void>> MemoryBlobs::remove(FileId id) {
    std::lock_guard lock(blobs_->mutex);
    blobs_->incoming.erase(id);
    blobs_->finished.erase(id);
    co_return Result<void>{};
}

awaitable<Result<void>> MemoryBlobs::check() { co_return Result<void>{}; }

}  // namespace ks
