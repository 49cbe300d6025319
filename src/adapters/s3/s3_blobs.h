#pragma once

#include "adapters/s3/blob_upload.h"
#include "ports/blob_store.h"

namespace ks::s3 {

// Blob store in a bucket of an S3-compatible service: one object per blob, at <prefix>/<uuid>.
//
// Configuration: a Location and Credentials. The bucket must exist; the credentials must allow to read, write, list and delete objects, and
// multipart uploads.
//
// Implementation: libcurl on one thread (Transport), requests signed by Signature Version 4 with the hash of their body (Signer). A blob
// is a multipart upload with parts of 8 to 64 MiB (PartLayout), or a single PUT if it fits in the first part. sync() writes a checkpoint
// beside it, at <prefix>/<uuid>.checkpoint/<size>, from which any process can resume.
//
// Considerations: `pool`, which computes the hashes, must outlive the store. Parts in memory are bounded (PartMemory). Thread-safe.
class S3Blobs final : public BlobStore {
public:
    S3Blobs(Location location, Credentials credentials, Offload& pool);
    ~S3Blobs() override { stop(); }

    std::unique_ptr<BlobWriter> create(FileId id) override;
    awaitable<Result<std::unique_ptr<BlobWriter>>> resume(FileId id, std::uint64_t size) override;
    awaitable<Result<void>> concatenate(FileId id, std::vector<BlobInfo> parts) override;
    awaitable<Result<std::unique_ptr<BlobReader>>> open(FileId id) override;
    std::optional<std::string> temporary_url(FileId id, const BlobResponseHeaders& headers) const override;
    awaitable<Result<void>> remove(FileId id) override;
    awaitable<Result<void>> check() override;
    awaitable<Result<std::optional<std::uint64_t>>> available_bytes() override;
    awaitable<Result<std::vector<BlobInfo>>> list(std::optional<FileId> after) override;
    awaitable<Result<std::vector<BlobInfo>>> list_unfinished() override;
    void stop() override { context_->stop(); }

private:
    using UploadPtr = std::shared_ptr<BlobUpload>;

    awaitable<Result<UploadPtr>> resume_upload(FileId id, std::uint64_t size);
    awaitable<Result<UploadPtr>> resume_between_checkpoints(FileId id, std::uint64_t size);
    awaitable<Result<UploadPtr>> load_checkpoint(FileId id, std::uint64_t size);
    awaitable<Result<UploadPtr>> reopen(FileId id, std::uint64_t size);
    awaitable<Result<void>> make_readable(BlobInfo blob);
    awaitable<Result<std::vector<std::uint64_t>>> checkpoints_of(FileId id);

    const StoreContextPtr context_;
    std::mutex mutex_;
    std::chrono::steady_clock::time_point checked_at_{};  // guarded by mutex_
    Result<void> checked_;                                // guarded by mutex_
};

}  // namespace ks::s3
