#include "engine/content_types.h"

#include "base/size.h"
#include "model/content_type.h"

namespace ks::engine {

namespace {

constexpr std::size_t looked_at = 4_KiB;

awaitable<Result<std::string>> read_first_bytes(BlobStore& blobs, FileId id) {
    KS_CO_TRY(auto blob, co_await blobs.open(id));
    std::string bytes(std::min<std::uint64_t>(looked_at, blob->size()), '\0');
    if (bytes.empty()) co_return bytes;
    auto start = blob->stream(0, bytes.size());
    KS_CO_TRY(std::size_t size, co_await start->read(bytes));
    bytes.resize(size);
    co_return bytes;
}

// True for types that identify only the container format.
bool is_vague(std::string_view type) {
    return type == unknown_content_type || type == "application/zip" || type == "application/CDFV2" || type == "application/x-ole-storage";
}

}  // namespace

awaitable<std::string> ContentTypes::decide(FileId id, std::string filename, std::string claimed) {
    if (!claimed.empty() && claimed != unknown_content_type) co_return claimed;
    auto first_bytes = co_await read_first_bytes(blobs_, id);
    if (!first_bytes) co_return std::string(unknown_content_type);
    if (claimed.empty()) co_return co_await guess(std::move(filename), std::move(*first_bytes));
    co_return safe_content_type(type_by_signature(filename, *first_bytes).value_or(claimed));
}

awaitable<std::string> ContentTypes::guess(std::string filename, std::string first_bytes) {
    bool text = looks_like_utf8(first_bytes);
    auto known = text ? type_by_name(filename, true) : type_by_signature(filename, first_bytes);
    if (!known && text && first_bytes.empty()) known = unknown_content_type;
    if (known) co_return safe_content_type(*known);
    std::string found = co_await identify(std::move(first_bytes));
    if (!text && is_vague(found)) found = type_by_name(filename, false).value_or(found);
    co_return safe_content_type(found);
}

awaitable<std::string> ContentTypes::identify(std::string first_bytes) {
    auto ask = [this, first_bytes = std::move(first_bytes)]() -> Result<std::string> { return magic_.type_of(first_bytes); };
    auto found = co_await offload(thread_, std::move(ask));
    co_return found ? std::move(*found) : std::string(unknown_content_type);
}

}  // namespace ks::engine
