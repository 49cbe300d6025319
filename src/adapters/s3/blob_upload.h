#pragma once

#include "adapters/s3/checkpoint.h"
#include "adapters/s3/store_context.h"
#include "base/buffer.h"
#include "runtime/task_group.h"

namespace ks::s3 {

// An unfinished blob: appends bytes to its current part, sends each full part while the next one fills, and writes checkpoints. A blob
// that fits in the first part is one object, without a multipart upload. Thread: any, one call at a time.
class BlobUpload {
public:
    // Continues after the first `size` bytes, to which `state` belongs.
    BlobUpload(StoreContextPtr context, FileId id, WriterClaimPtr claim, BlobState state = {}, std::uint64_t size = 0);

    bool append_without_io(std::string_view bytes);  // returns false, and appends nothing, if append() must be called instead
    awaitable<Result<void>> append(BufferPtr piece);
    awaitable<Result<void>> checkpoint();  // makes the bytes durable
    awaitable<Result<void>> finish();      // makes the object and removes the checkpoints

    // Appends a part that is copied from an object at the same offset.
    awaitable<Result<void>> copy_part(std::string source);
    bool next_part_ends_by(std::uint64_t end) const { return part_size_ > 0 && part_begin_ + part_size_ <= end; }
    std::uint64_t size() const { return size_; }

private:
    Result<void> check() const;
    awaitable<Result<void>> append_checked(BufferPtr piece);
    awaitable<Result<void>> write_checkpoint();
    awaitable<Result<void>> make_object();
    awaitable<void> clean_up();
    awaitable<Result<void>> store_early();
    awaitable<Result<void>> send_part();
    awaitable<Result<void>> wait_for_part();
    awaitable<Result<void>> load_tails();
    awaitable<Result<void>> begin_upload();
    void begin_part(unsigned number);
    void renew_buffer();
    std::uint64_t durable_end() const { return state_.tails.empty() ? part_begin_ : state_.tails.back().end; }

    const StoreContextPtr context_;
    const FileId id_;
    const WriterClaimPtr claim_;
    BlobState state_;
    std::uint64_t size_;
    std::optional<std::uint64_t> recorded_;  // size of the last checkpoint
    std::optional<Error> failure_;           // of an earlier call

    unsigned part_number_ = 0;  // the current part
    std::uint64_t part_begin_ = 0;
    std::uint64_t part_size_ = 0;
    PartBufferPtr buffer_;
    std::uint64_t buffer_begin_ = 0;  // in the blob: the begin of the part, or the end of a tail

    std::optional<TaskGroup> sending_;  // the part before the current one
    std::shared_ptr<Result<std::string>> sent_etag_;
};

// Aborts the multipart uploads of a blob, then deletes its checkpoints and tails.
awaitable<Result<void>> remove_unfinished(StoreContextPtr context, FileId id);

}  // namespace ks::s3
