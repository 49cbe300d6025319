#pragma once

#include "adapters/disk/folders.h"
#include "adapters/disk/group_sync.h"
#include "adapters/disk/space.h"
#include "ports/blob_store.h"
#include "runtime/offload.h"

namespace ks {

// What a store of blobs on a disk works with. All of it outlives the calls that use it.
struct DiskParts {
    Folders folders;
    Offload& pool;  // what blocks, but for syncs of small files
    GroupSync& syncs;
};

// Writes a blob at incoming/<uuid> and moves it to its place when it is whole.
class DiskWriter final : public BlobWriter {
public:
    // From `size` bytes on of what `file` holds; a null one is made with the first write.
    DiskWriter(std::shared_ptr<DiskParts> parts, FileId id, DescriptorPtr file, std::uint64_t size);

    void write(BufferPtr piece, std::function<void(Result<void>)> done) override;
    awaitable<Result<void>> sync() override;
    awaitable<Result<void>> finish(BufferPtr last) override;

private:
    // Touched by one thread at a time, as calls come one at a time.
    struct State {
        FileId id;
        DescriptorPtr file;
        std::uint64_t written = 0;
        std::uint64_t sent = 0;  // on the way to the disk
        Result<void> write(const Folders& folders, std::string_view bytes);
    };

    const std::shared_ptr<DiskParts> parts_;
    const std::shared_ptr<State> state_;
};

}  // namespace ks
