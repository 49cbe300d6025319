#include "adapters/memory/memory_blobs.h"

#include <algorithm>

namespace ks::memory {

namespace {

constexpr std::size_t stretch = 100;

class MemoryWriter final : public BlobWriter {
public:
    MemoryWriter(FileId id, std::shared_ptr<MemoryBlobs::Blobs> blobs, bool is_there)
        : id_(id), blobs_(std::move(blobs)), is_there_(is_there) {}

    void write(BufferPtr piece, std::function<void(Result<void>)> done) override { done(append(piece->bytes())); }
    awaitable<Result<void>> sync() override { co_return append({}); }

    awaitable<Result<void>> finish(BufferPtr last) override {
        KS_CO_CHECK(append(last ? last->bytes() : std::string_view()));
        std::lock_guard lock(blobs_->mutex);
        auto found = blobs_->incoming.find(id_);
        if (found == blobs_->incoming.end()) co_return internal_error("the blob was removed while being written");
        blobs_->finished[id_] = std::make_shared<const std::string>(std::move(found->second));
        blobs_->incoming.erase(found);
        co_return Result<void>{};
    }

private:
    Result<void> append(std::string_view bytes) {
        std::lock_guard lock(blobs_->mutex);
        if (!std::exchange(is_there_, true) && !blobs_->incoming.emplace(id_, std::string()).second) {
            return internal_error("the blob is already being written");
        }
        auto found = blobs_->incoming.find(id_);
        if (found != blobs_->incoming.end()) found->second += bytes;
        return {};
    }

    const FileId id_;
    const std::shared_ptr<MemoryBlobs::Blobs> blobs_;
    bool is_there_;
};

class MemoryStream final : public BlobStream {
public:
    MemoryStream(std::shared_ptr<const std::string> content, std::string_view range) : content_(std::move(content)), rest_(range) {}

    awaitable<Result<std::size_t>> read(std::span<char> out) override {
        std::size_t size = rest_.copy(out.data(), out.size());
        rest_.remove_prefix(size);
        co_return size;
    }

private:
    const std::shared_ptr<const std::string> content_;
    std::string_view rest_;  // of content_
};

class MemoryReader final : public BlobReader {
public:
    explicit MemoryReader(std::shared_ptr<const std::string> content) : content_(std::move(content)) {}

    std::uint64_t size() const override { return content_->size(); }
    std::optional<int> native_file() const override { return std::nullopt; }

    std::unique_ptr<BlobStream> stream(std::uint64_t offset, std::uint64_t length) const override {
        std::string_view range = std::string_view(*content_).substr(std::min<std::uint64_t>(offset, content_->size()), length);
        return std::make_unique<MemoryStream>(content_, range);
    }

private:
    const std::shared_ptr<const std::string> content_;
};

}  // namespace

std::unique_ptr<BlobWriter> MemoryBlobs::create(FileId id) { return std::make_unique<MemoryWriter>(id, blobs_, false); }

awaitable<Result<std::unique_ptr<BlobWriter>>> MemoryBlobs::resume(FileId id, std::uint64_t size) {
    std::lock_guard lock(blobs_->mutex);
    if (auto found = blobs_->finished.find(id); found != blobs_->finished.end()) {
        blobs_->incoming[id] = *found->second;
        blobs_->finished.erase(found);
    }
    std::string& content = blobs_->incoming[id];
    if (content.size() < size) co_return internal_error("blob has only " + std::to_string(content.size()) + " bytes");
    content.resize(size);
    co_return std::make_unique<MemoryWriter>(id, blobs_, true);
}

awaitable<Result<void>> MemoryBlobs::concatenate(FileId id, std::vector<BlobInfo> parts) {
    std::lock_guard lock(blobs_->mutex);
    std::string whole;
    for (const BlobInfo& part : parts) {
        auto found = blobs_->incoming.find(part.id);
        if (found == blobs_->incoming.end()) co_return internal_error("a partial upload is missing");
        whole += found->second;
    }
    blobs_->finished[id] = std::make_shared<const std::string>(std::move(whole));
    co_return Result<void>{};
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

awaitable<Result<std::optional<std::uint64_t>>> MemoryBlobs::available_bytes() { co_return std::nullopt; }

awaitable<Result<std::vector<BlobInfo>>> MemoryBlobs::list(std::optional<FileId> after) {
    std::lock_guard lock(blobs_->mutex);
    std::vector<BlobInfo> found;
    auto next = after ? blobs_->finished.upper_bound(*after) : blobs_->finished.begin();
    for (; next != blobs_->finished.end() && found.size() < stretch; ++next) found.push_back({next->first, next->second->size()});
    co_return found;
}

awaitable<Result<std::vector<BlobInfo>>> MemoryBlobs::list_unfinished() {
    std::lock_guard lock(blobs_->mutex);
    std::vector<BlobInfo> found;
    for (const auto& [id, content] : blobs_->incoming) found.push_back({id, content.size()});
    co_return found;
}

}  // namespace ks::memory
