#pragma once

#include "base/buffer.h"
#include "base/id.h"
#include "base/result.h"
#include "runtime/suspend.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace ks {

// A blob on its way in, written from its front to its end. One call at a time. STORAGE_FULL when there is no room.
class BlobWriter {
public:
    virtual ~BlobWriter() = default;

    // `done` is called on any thread.
    virtual void write(BufferPtr piece, std::function<void(Result<void>)> done) = 0;

    // On return what was written is durable: BlobStore::resume() finds it after a crash.
    virtual awaitable<Result<void>> sync() = 0;

    // Writes the last piece (may be null). The blob is durable and readable on return. After it, nothing more may be called.
    virtual awaitable<Result<void>> finish(BufferPtr last) = 0;
};

class BlobReader {
public:
    virtual ~BlobReader() = default;
    virtual std::uint64_t size() const = 0;
    // A descriptor to send from at any offset, valid as long as the reader; -1 where there is none.
    virtual int descriptor() const = 0;
    // Fills `out` from `offset` as far as the blob reaches; how much that was.
    virtual awaitable<Result<std::size_t>> read_at(std::uint64_t offset, std::span<char> out) = 0;
};

struct BlobFacts {
    FileId id;
    std::uint64_t size = 0;
};

// Content, whole or absent, by the id of its file. A finished blob never changes. What is unfinished stays until it is removed.
class BlobStore {
public:
    virtual ~BlobStore() = default;

    // A new blob. Nothing is stored before the first write.
    virtual std::unique_ptr<BlobWriter> create(FileId id) = 0;

    // The blob after its first `size` bytes; what is beyond is dropped. It may be unfinished, or finished by one whose transaction failed:
    // then it is unfinished again. With size 0 it needn't be there. A fault when less of it is there.
    virtual awaitable<Result<std::unique_ptr<BlobWriter>>> resume(FileId id, std::uint64_t size) = 0;

    // A finished blob of the bytes of these unfinished ones, durable on return, without copying where the store can. They stay.
    virtual awaitable<Result<void>> concatenate(FileId id, std::vector<FileId> parts) = 0;

    virtual awaitable<Result<std::unique_ptr<BlobReader>>> open(FileId id) = 0;  // NOT_FOUND when it is absent
    virtual awaitable<Result<void>> remove(FileId id) = 0;                       // also of one unfinished; fine when it is absent
    virtual awaitable<Result<void>> check() = 0;                                 // can it be written to? For /readyz

    // How many bytes may still be stored; nullopt where nobody knows.
    virtual awaitable<Result<std::optional<std::uint64_t>>> room() = 0;

    // The next stretch of the finished blobs after `after`, by id; empty at their end.
    virtual awaitable<Result<std::vector<BlobFacts>>> list(std::optional<FileId> after) = 0;
    virtual awaitable<Result<std::vector<BlobFacts>>> list_unfinished() = 0;
};

}  // namespace ks
