#pragma once

#include "base/id.h"
#include "base/result.h"
#include "runtime/suspend.h"

#include <memory>
#include <span>
#include <string>

namespace ks {

// A blob on its way in. Destroyed unfinished, it leaves bytes that only BlobStore::remove() drops.
class BlobWriter {
public:
    virtual ~BlobWriter() = default;
    // One write at a time. STORAGE_FULL when there is no room.
    virtual awaitable<Result<void>> write(std::string chunk) = 0;
    // Durable and readable on return. After it, nothing more may be called.
    virtual awaitable<Result<void>> finish() = 0;
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

// Content, whole or absent, by the id of its file. A blob never changes.
class BlobStore {
public:
    virtual ~BlobStore() = default;
    virtual awaitable<Result<std::unique_ptr<BlobWriter>>> create(FileId id) = 0;
    virtual awaitable<Result<std::unique_ptr<BlobReader>>> open(FileId id) = 0;  // NOT_FOUND when it is absent
    virtual awaitable<Result<void>> remove(FileId id) = 0;                       // also of one unfinished; fine when it is absent
    virtual awaitable<Result<void>> check() = 0;                                 // can it be written to? For /readyz
};

}  // namespace ks
