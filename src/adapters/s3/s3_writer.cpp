#include "adapters/s3/s3_writer.h"

namespace ks::s3 {

namespace {

// Keeps the upload alive: the writer may be destroyed first.
awaitable<Result<void>> append(std::shared_ptr<BlobUpload> upload, BufferPtr piece) { co_return co_await upload->append(std::move(piece)); }

}  // namespace

Result<void> S3Writer::begin() {
    if (upload_) return {};
    auto claim = context_->claims->claim(id_);
    if (!claim) return internal_error("the blob is already being written");
    upload_ = std::make_shared<BlobUpload>(context_, id_, std::move(claim));
    return {};
}

void S3Writer::write(BufferPtr piece, std::function<void(Result<void>)> done) {
    if (auto begun = begin(); !begun) return done(std::move(begun));
    if (upload_->append_without_io(piece->bytes())) return done({});
    context_->spawn(append(upload_, std::move(piece)), std::move(done));
}

awaitable<Result<void>> S3Writer::sync() {
    KS_CO_CHECK(begin());
    co_return co_await upload_->checkpoint();
}

awaitable<Result<void>> S3Writer::finish(BufferPtr last) {
    KS_CO_CHECK(begin());
    if (last) KS_CO_CHECK(co_await upload_->append(std::move(last)));
    co_return co_await upload_->finish();
}

}  // namespace ks::s3
