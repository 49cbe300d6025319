#pragma once

#include "base/buffer.h"
#include "base/id.h"
#include "base/result.h"
#include "runtime/suspend.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ks {

// Writes a blob sequentially. Only one call may be in flight. Errors: STORAGE_FULL.
class BlobWriter {
public:
    virtual ~BlobWriter() = default;

    // `done` may be called on any thread.
    virtual void write(BufferPtr piece, std::function<void(Result<void>)> done) = 0;

    // Makes the written bytes durable: BlobStore::resume() finds them after a crash.
    virtual awaitable<Result<void>> sync() = 0;

    // Writes the last piece, which may be null. On return the blob is durable and readable. Must be the last call.
    virtual awaitable<Result<void>> finish(BufferPtr last) = 0;
};

// Reads a range of a blob in order. Only one call may be in flight.
class BlobStream {
public:
    virtual ~BlobStream() = default;
    // Reads until `out` is full or the range ends. Returns the number of bytes; 0 at the end.
    virtual awaitable<Result<std::size_t>> read(std::span<char> out) = 0;
};

// A finished blob. Its content stays readable after the blob has been removed, in a remote store as far as it has arrived.
class BlobReader {
public:
    virtual ~BlobReader() = default;
    virtual std::uint64_t size() const = 0;
    // Returns a descriptor of a local file with the content, for sendfile from any offset; valid as long as the reader. nullopt if the
    // store has none.
    virtual std::optional<int> native_file() const = 0;
    // Begins to read `length` bytes at `offset`, fewer if the blob ends before: one request to a remote store, however many reads follow.
    // The stream may outlive the reader.
    virtual std::unique_ptr<BlobStream> stream(std::uint64_t offset, std::uint64_t length) const = 0;
};

struct BlobInfo {
    FileId id;
    std::uint64_t size = 0;
};

// Headers of the response to a request for a blob at the store itself.
struct BlobResponseHeaders {
    std::string content_type;
    std::string content_disposition;
};

// File contents by file id. A blob can be opened only after it is finished, and is immutable then. Unfinished blobs are kept until they are
// removed.
class BlobStore {
public:
    virtual ~BlobStore() = default;

    // Creates a blob. Nothing is stored before the first write.
    virtual std::unique_ptr<BlobWriter> create(FileId id) = 0;

    // Reopens a blob for writing after its first `size` bytes and drops the rest. A finished blob, left by a failed transaction, becomes
    // unfinished again. With size 0 the blob may be absent. Errors: INTERNAL_ERROR if it is shorter than `size`.
    virtual awaitable<Result<std::unique_ptr<BlobWriter>>> resume(FileId id, std::uint64_t size) = 0;

    // Creates a finished blob from others, which were synced at these sizes, durable on return, without copying if the store supports it.
    // Keeps the parts, which a remote store may finish.
    virtual awaitable<Result<void>> concatenate(FileId id, std::vector<BlobInfo> parts) = 0;

    virtual awaitable<Result<std::unique_ptr<BlobReader>>> open(FileId id) = 0;  // NOT_FOUND if absent
    // Returns a URL at which anybody can read the finished blob for a few minutes, with these headers; nullopt if the store has none.
    virtual std::optional<std::string> temporary_url(FileId, const BlobResponseHeaders&) const { return std::nullopt; }

    virtual awaitable<Result<void>> remove(FileId id) = 0;  // unfinished blobs too; idempotent
    virtual awaitable<Result<void>> check() = 0;            // whether the store is writable, for /readyz

    // Returns the available bytes; nullopt if unknown.
    virtual awaitable<Result<std::optional<std::uint64_t>>> available_bytes() = 0;

    // Returns the next page of finished blobs after `after`, ordered by id; empty at the end.
    virtual awaitable<Result<std::vector<BlobInfo>>> list(std::optional<FileId> after) = 0;
    virtual awaitable<Result<std::vector<BlobInfo>>> list_unfinished() = 0;

    // Completes the calls in progress. Later ones may fail (UNAVAILABLE). Must be called before anything that a call resumes is destroyed.
    // Idempotent.
    virtual void stop() = 0;
};

}  // namespace ks
