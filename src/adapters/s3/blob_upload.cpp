#include "adapters/s3/blob_upload.h"

#include "base/log.h"

namespace ks::s3 {

namespace {

// Tails of one part before they are written again as one.
constexpr std::size_t most_tails = 64;

// A smaller buffer is not worth a request when memory is short.
constexpr std::size_t smallest_early_tail = 64_KiB;

Body body_of(PartBufferPtr buffer) {
    const std::string* bytes = &buffer->bytes();
    return {std::move(buffer), bytes};
}

awaitable<Result<std::string>> hash_and_put_part(StoreContextPtr context, std::string key, std::string upload_id, unsigned number,
                                                 Body body) {
    KS_CO_TRY(std::string digest, co_await context->hash(body));
    co_return co_await context->client.put_part(std::move(key), std::move(upload_id), number, std::move(body), std::move(digest));
}

}  // namespace

awaitable<Result<void>> remove_unfinished(StoreContextPtr context, FileId id) {
    KS_CO_TRY(auto uploads, co_await context->client.list_uploads(id.text()));
    for (const UnfinishedUpload& upload : uploads) {
        if (upload.key == id.text()) KS_CO_CHECK(co_await context->client.abort(upload.key, upload.upload_id));
    }
    std::string next;
    do {
        KS_CO_TRY(ObjectPage page, co_await context->client.list(checkpoint_folder(id), std::string(), next));
        TaskGroup removals;
        for (const Object& object : page.objects) {
            context->spawn(context->client.remove(object.key), removals.add());
        }
        KS_CO_CHECK(co_await removals.wait());
        next = page.next;
    } while (!next.empty());
    co_return Result<void>{};
}

BlobUpload::BlobUpload(StoreContextPtr context, FileId id, WriterClaimPtr claim, BlobState state, std::uint64_t size)
    : context_(std::move(context)), id_(id), claim_(std::move(claim)), state_(std::move(state)), size_(size) {
    if (size_ > 0) recorded_ = size_;
    begin_part(static_cast<unsigned>(state_.etags.size()) + 1);
    buffer_begin_ = size_;
}

void BlobUpload::begin_part(unsigned number) {
    part_number_ = number;
    part_begin_ = context_->layout.begin_of(number);
    part_size_ = context_->layout.size_of(number);
    renew_buffer();
}

void BlobUpload::renew_buffer() {
    buffer_ = std::make_shared<PartBuffer>(context_->memory);
    buffer_begin_ = size_;
}

Result<void> BlobUpload::check() const {
    if (failure_) return tl::unexpected(*failure_);
    if (claim_->lost) return internal_error("the blob was removed or resumed elsewhere while being written");
    return {};
}

bool BlobUpload::append_without_io(std::string_view bytes) {
    bool fits = size_ + bytes.size() < part_begin_ + part_size_;
    if (!fits || context_->memory->is_exceeded() || failure_) return false;
    buffer_->append(bytes, part_size_);
    size_ += bytes.size();
    return true;
}

awaitable<Result<void>> BlobUpload::append(BufferPtr piece) {
    if (failure_) co_return tl::unexpected(*failure_);
    auto appended = co_await append_checked(std::move(piece));
    if (!appended) failure_ = appended.error();
    co_return appended;
}

awaitable<Result<void>> BlobUpload::append_checked(BufferPtr piece) {
    for (std::string_view rest = piece->bytes(); !rest.empty();) {
        if (part_size_ == 0) {
            co_return fail(ErrorCode::TooLarge, "File too large: the storage takes at most " + std::to_string(part_begin_) + " bytes");
        }
        std::string_view taken = rest.substr(0, part_begin_ + part_size_ - size_);
        rest.remove_prefix(taken.size());
        buffer_->append(taken, part_size_);
        size_ += taken.size();
        if (size_ == part_begin_ + part_size_) KS_CO_CHECK(co_await send_part());
    }
    if (context_->memory->is_exceeded() && buffer_->bytes().size() >= smallest_early_tail) KS_CO_CHECK(co_await store_early());
    co_return Result<void>{};
}

awaitable<Result<void>> BlobUpload::store_early() {
    KS_CO_CHECK(co_await write_checkpoint());
    renew_buffer();
    co_return Result<void>{};
}

awaitable<Result<void>> BlobUpload::send_part() {
    KS_CO_CHECK(co_await load_tails());
    KS_CO_CHECK(co_await begin_upload());
    KS_CO_CHECK(co_await wait_for_part());
    sending_.emplace();
    sent_etag_ = std::make_shared<Result<std::string>>();
    std::function<void(Result<std::string>)> finish = [done = sending_->add(), etag = sent_etag_](Result<std::string> sent) {
        *etag = std::move(sent);
        done({});
    };
    context_->spawn(hash_and_put_part(context_, id_.text(), state_.upload_id, part_number_, body_of(buffer_)), std::move(finish));
    state_.tails.clear();
    begin_part(part_number_ + 1);
    co_return Result<void>{};
}

awaitable<Result<void>> BlobUpload::wait_for_part() {
    if (!sending_) co_return Result<void>{};
    KS_CO_CHECK(co_await sending_->wait());
    sending_.reset();
    KS_CO_TRY(std::string etag, std::move(*sent_etag_));
    state_.etags.push_back(std::move(etag));
    co_return Result<void>{};
}

awaitable<Result<void>> BlobUpload::begin_upload() {
    if (state_.upload_id.empty()) {
        KS_CO_TRY(state_.upload_id, co_await context_->client.create_upload(id_.text()));
    }
    co_return Result<void>{};
}

// Fetches the bytes of the current part that only the store has.
awaitable<Result<void>> BlobUpload::load_tails() {
    if (buffer_begin_ == part_begin_) co_return Result<void>{};
    auto permit = co_await context_->assemblies->acquire();
    auto whole = std::make_shared<PartBuffer>(context_->memory, std::move(permit));
    std::uint64_t begin = part_begin_;
    for (const Tail& tail : state_.tails) {
        if (begin == buffer_begin_) break;
        Range range{.offset = 0, .length = tail.end - begin};
        KS_CO_TRY(std::string bytes, co_await context_->client.get(tail.key, range));
        whole->append(bytes, part_size_);
        begin = tail.end;
    }
    if (begin != buffer_begin_) co_return internal_error("the checkpoint of an upload is damaged");
    whole->append(buffer_->bytes(), part_size_);
    buffer_ = std::move(whole);
    buffer_begin_ = part_begin_;
    co_return Result<void>{};
}

awaitable<Result<void>> BlobUpload::checkpoint() {
    KS_CO_CHECK(check());
    auto written = co_await write_checkpoint();
    if (!written) failure_ = written.error();
    co_return written;
}

awaitable<Result<void>> BlobUpload::write_checkpoint() {
    KS_CO_CHECK(co_await wait_for_part());
    if (recorded_ == size_) co_return Result<void>{};
    bool is_rewritten = state_.tails.size() >= most_tails;
    if (is_rewritten) {
        KS_CO_CHECK(co_await load_tails());
        state_.tails.clear();
    }
    if (size_ > durable_end()) {
        Tail tail{size_, new_tail_key(id_, durable_end())};
        std::string bytes = buffer_->bytes().substr(durable_end() - buffer_begin_);
        KS_CO_CHECK(co_await context_->put(tail.key, std::move(bytes)));
        state_.tails.push_back(std::move(tail));
    }
    if (is_rewritten) renew_buffer();  // gives its permit back
    KS_CO_CHECK(co_await context_->put(checkpoint_key(id_, size_), to_json(state_)));
    recorded_ = size_;
    co_return check();
}

awaitable<Result<void>> BlobUpload::finish() {
    KS_CO_CHECK(check());
    auto made = co_await make_object();
    if (!made) failure_ = made.error();
    if (made && recorded_) co_await clean_up();
    co_return made;
}

// Removes what earlier writers left, too. Best-effort: the rest goes with the blob. Waits, as resume() may write a checkpoint again if the
// transaction that follows fails.
awaitable<void> BlobUpload::clean_up() {
    auto removed = co_await remove_unfinished(context_, id_);
    if (!removed) log::debug("leftovers of a finished upload remain until it is deleted", {{"reason", removed.error().detail}});
}

awaitable<Result<void>> BlobUpload::make_object() {
    KS_CO_CHECK(co_await load_tails());
    KS_CO_CHECK(co_await wait_for_part());
    Body rest = body_of(buffer_);
    if (state_.upload_id.empty() || state_.etags.empty()) {
        KS_CO_TRY(std::string digest, co_await context_->hash(rest));
        KS_CO_CHECK(check());
        co_return co_await context_->client.put(id_.text(), std::move(rest), std::move(digest));
    }
    std::vector<std::string> etags = state_.etags;
    if (!rest->empty()) {
        KS_CO_TRY(std::string etag, co_await hash_and_put_part(context_, id_.text(), state_.upload_id, part_number_, std::move(rest)));
        etags.push_back(std::move(etag));
    }
    KS_CO_CHECK(check());
    co_return co_await context_->client.complete(id_.text(), state_.upload_id, std::move(etags), size_);
}

awaitable<Result<void>> BlobUpload::copy_part(std::string source) {
    KS_ASSERT(size_ == part_begin_ && !sending_);
    KS_CO_CHECK(co_await begin_upload());
    Range range{.offset = part_begin_, .length = part_size_};
    KS_CO_TRY(std::string etag, co_await context_->client.copy_part(id_.text(), state_.upload_id, part_number_, std::move(source), range));
    state_.etags.push_back(std::move(etag));
    size_ += part_size_;
    begin_part(part_number_ + 1);
    co_return Result<void>{};
}

}  // namespace ks::s3
