#pragma once

#include "adapters/disk/blob_layout.h"
#include "adapters/disk/group_sync.h"
#include "adapters/disk/space.h"
#include "ports/blob_store.h"
#include "runtime/offload.h"

namespace ks::disk {

// Shared state of the store, its readers and writers.
struct DiskParts {
    BlobLayout folders;
    Offload& pool;     // for blocking calls, except syncs of small files; must outlive them
    GroupSync& syncs;  // owned by the store
};

// Writes a blob at incoming/<uuid> and renames it to its final path in finish().
class DiskWriter final : public BlobWriter {
public:
    // Continues after the first `size` bytes of `file`. Null: the file is created by the first write.
    DiskWriter(std::shared_ptr<DiskParts> parts, FileId id, DescriptorPtr file, std::uint64_t size);

    void write(BufferPtr piece, std::function<void(Result<void>)> done) override;
    awaitable<Result<void>> sync() override;
    awaitable<Result<void>> finish(BufferPtr last) override;

private:
    // Needs no lock: the BlobWriter contract allows one call at a time.
    struct State {
        FileId id;
        DescriptorPtr file;
        std::uint64_t written = 0;
        std::uint64_t sent = 0;  // bytes for which write-back has been started
        Result<void> write(const BlobLayout& folders, std::string_view bytes);
    };

    const std::shared_ptr<DiskParts> parts_;
    const std::shared_ptr<State> state_;
};

}  // namespace ks::disk
