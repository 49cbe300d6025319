#pragma once

#include "adapters/s3/blob_upload.h"
#include "ports/blob_store.h"

namespace ks::s3 {

// Writes a blob by a BlobUpload, which it creates when it is first called.
class S3Writer final : public BlobWriter {
public:
    S3Writer(StoreContextPtr context, FileId id) : context_(std::move(context)), id_(id) {}
    S3Writer(StoreContextPtr context, FileId id, std::shared_ptr<BlobUpload> upload)
        : context_(std::move(context)), id_(id), upload_(std::move(upload)) {}

    void write(BufferPtr piece, std::function<void(Result<void>)> done) override;
    awaitable<Result<void>> sync() override;
    awaitable<Result<void>> finish(BufferPtr last) override;

private:
    Result<void> begin();

    const StoreContextPtr context_;
    const FileId id_;
    std::shared_ptr<BlobUpload> upload_;
};

}  // namespace ks::s3
