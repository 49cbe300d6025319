#include "base/size.h"
#include "engine/blob_hash.h"

#include "base/crypto.h"

namespace ks::engine {

namespace {

constexpr std::size_t piece_bytes = 192_KiB;

}  // namespace

awaitable<Result<std::string>> hash_blob(BlobStore& blobs, Offload& digests, FileId id, std::function<void(std::uint64_t)> progress) {
    KS_CO_TRY(auto blob, co_await blobs.open(id));
    auto hasher = std::make_shared<Hasher>(HashKind::Sha256);
    auto piece = std::make_shared<std::string>(piece_bytes, '\0');
    auto content = blob->stream(0, blob->size());
    for (std::uint64_t offset = 0; offset < blob->size();) {
        KS_CO_TRY(std::size_t size, co_await content->read(*piece));
        if (size == 0) co_return internal_error("blob was truncated while being read");
        auto update = [hasher, piece, size]() -> Result<void> {
            hasher->update(std::string_view(*piece).substr(0, size));
            return {};
        };
        KS_CO_CHECK(co_await offload(digests, std::move(update)));
        offset += size;
        if (progress) progress(offset);
    }
    co_return hasher->finish();
}

}  // namespace ks::engine
