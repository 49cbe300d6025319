#include "adapters/s3/concatenation.h"

#include <algorithm>

namespace ks::s3 {

awaitable<Result<void>> Concatenation::add(std::string key, std::uint64_t size) {
    size_ += size;
    for (std::uint64_t offset = 0; offset < size;) {
        std::uint64_t left = size - offset;
        if (pending_.empty() && left >= smallest_part) {
            // Equal pieces, so that the last one is not too small.
            std::uint64_t pieces = (left + largest_copy - 1) / largest_copy;
            Range range{.offset = offset, .length = (left + pieces - 1) / pieces};
            KS_CO_CHECK(co_await copy(key, range));
            offset += range.length;
        } else {
            Range range{.offset = offset, .length = std::min<std::uint64_t>(left, smallest_part - pending_.size())};
            KS_CO_TRY(std::string bytes, co_await context_->client.get(key, range));
            pending_ += bytes;
            offset += range.length;
            if (pending_.size() == smallest_part) KS_CO_CHECK(co_await send_pending());
        }
    }
    co_return Result<void>{};
}

awaitable<Result<void>> Concatenation::finish() {
    if (etags_.empty()) co_return co_await context_->put(id_.text(), std::move(pending_));
    if (!pending_.empty()) KS_CO_CHECK(co_await send_pending());
    co_return co_await context_->client.complete(id_.text(), upload_id_, etags_, size_);
}

awaitable<Result<void>> Concatenation::copy(std::string key, Range range) {
    KS_CO_CHECK(co_await begin_part());
    KS_CO_TRY(std::string etag, co_await context_->client.copy_part(id_.text(), upload_id_, next_number(), std::move(key), range));
    etags_.push_back(std::move(etag));
    co_return Result<void>{};
}

awaitable<Result<void>> Concatenation::send_pending() {
    KS_CO_CHECK(co_await begin_part());
    auto body = std::make_shared<const std::string>(std::exchange(pending_, {}));
    KS_CO_TRY(std::string digest, co_await context_->hash(body));
    KS_CO_TRY(std::string etag, co_await context_->client.put_part(id_.text(), upload_id_, next_number(), body, std::move(digest)));
    etags_.push_back(std::move(etag));
    co_return Result<void>{};
}

awaitable<Result<void>> Concatenation::begin_part() {
    if (next_number() > context_->client.most_parts()) {
        co_return fail(ErrorCode::TooLarge, "Too many partial uploads of this size for the storage; concatenate fewer or larger ones");
    }
    if (upload_id_.empty()) {
        KS_CO_TRY(upload_id_, co_await context_->client.create_upload(id_.text()));
    }
    co_return Result<void>{};
}

}  // namespace ks::s3
