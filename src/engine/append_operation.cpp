#include "engine/append_operation.h"

#include "base/size.h"

#include <algorithm>

namespace ks::engine {

namespace {

constexpr std::uint64_t checkpoint_bytes = 64_MiB;  // flush interval within a request: bounds the loss in a crash

tl::unexpected<Error> no_longer_exists() { return fail(ErrorCode::NotFound, "This upload no longer exists"); }
tl::unexpected<Error> taken_over() { return fail(ErrorCode::Conflict, "Another request took over or ended this upload"); }

}  // namespace

awaitable<Result<Upload>> AppendOperation::run(FileId id, ByteSource& source) {
    KS_CO_CHECK(co_await begin(id));
    if (upload_.finished) co_return upload_;
    KS_CO_TRY(auto blob, co_await parts_.blobs.resume(id, upload_.received));
    Hashes hashes{.whole = take_hash()};
    std::optional<Hasher> hash_before;
    if (request_.checksum) {
        hash_before = hashes.whole;
        hashes.checked.emplace(request_.checksum->kind);
    }
    Progress progress(parts_, id, upload_.owner_id, upload_.total.value_or(0), lock_.saved.progress, upload_.kind == UploadKind::Partial);
    UploadWriter writer(parts_, std::move(blob), upload_.received, std::move(hashes), *reservation_, std::move(progress));
    Body body(*this, source);
    auto received = co_await receive(body, writer);
    if (received && request_.checksum) received = co_await check(writer);
    auto stored = co_await writer.wait_for_pending();
    if (received && !stored) received = std::move(stored);
    switch (outcome_of(writer, received.has_value())) {
        case Outcome::Completed: KS_CO_CHECK(co_await finish(writer)); break;
        case Outcome::Kept:
            KS_CO_CHECK(co_await keep(writer, true));
            lock_.saved.hash = std::move(writer.hashes().whole);
            break;
        case Outcome::Discarded: lock_.saved.hash = std::move(hash_before); break;
        case Outcome::StoreFailed: break;
    }
    if (!received) co_return tl::unexpected(std::move(received.error()));
    co_return upload_;
}

AppendOperation::Outcome AppendOperation::outcome_of(const UploadWriter& writer, bool received) const {
    if (writer.broken()) return Outcome::StoreFailed;
    bool completes = upload_.total == writer.received() && upload_.kind == UploadKind::Resumable;
    if (received && completes) return Outcome::Completed;
    return received || !request_.checksum ? Outcome::Kept : Outcome::Discarded;
}

// Returns the hash of all bytes before this request; nullopt if it is unknown or not needed.
std::optional<Hasher> AppendOperation::take_hash() {
    auto saved = std::exchange(lock_.saved.hash, std::nullopt);
    if (upload_.kind != UploadKind::Resumable) return std::nullopt;
    if (!saved && upload_.received == 0) saved.emplace(HashKind::Sha256);
    return saved;
}

awaitable<Result<void>> AppendOperation::begin(FileId id) {
    auto note = [this, id](Tx& tx) -> Result<Upload> {
        KS_TRY(Upload upload, uploads_.resumable(tx.uploads().lock(id), actor_));
        if (upload.kind == UploadKind::Final) return fail(ErrorCode::Forbidden, "A final upload can't be appended to");
        if (request_.total) KS_CHECK(settle_total(upload, *request_.total));
        KS_CHECK(check_append(upload, request_.offset, request_.length));
        std::uint64_t limit = parts_.settings.longest_file();
        if (upload.total.value_or(0) > limit || request_.length.value_or(0) > limit - std::min(limit, upload.received)) {
            return too_large(limit);
        }
        if (upload.finished) return upload;
        QuotaReservation::release(tx, upload);  // left by an earlier request that failed
        std::uint64_t wanted = request_.length.value_or(QuotaReservation::first_step);
        KS_CHECK(QuotaReservation::reserve(tx, upload, wanted, request_.length.value_or(0), parts_.settings.quota_bytes));
        ++upload.turn;
        upload.node = parts_.node;
        upload.expires_at = expiry();
        tx.uploads().update(upload);
        return upload;
    };
    KS_CO_TRY(upload_, co_await write(parts_.store, std::move(note)));
    if (!upload_.finished) reservation_.emplace(uploads_.weak_parts(), upload_);
    co_return Result<void>{};
}

// Receives the whole body. The source is interrupted by a flush request, or by a newer request that preempts this one.
awaitable<Result<void>> AppendOperation::receive(ByteSource& source, UploadWriter& writer) {
    std::uint64_t limit = upload_.total.value_or(parts_.settings.longest_file());
    while (true) {
        auto taken = co_await writer.read_from(source, checkpoint_bytes, limit);
        if (taken && *taken == UploadWriter::ReadStatus::End) co_return Result<void>{};
        bool interrupted = !taken && taken.error().code == ErrorCode::Conflict;
        if (!taken && !interrupted) co_return tl::unexpected(std::move(taken.error()));
        if (lock_.preempted()) co_return co_await flush_before_release();
        // The last byte is committed together with the file: a crash in between must not leave a complete upload without a file.
        bool at_end = upload_.total == writer.received();
        if (!request_.checksum && !at_end) KS_CO_CHECK(co_await keep(writer, false));
        if (lock_.flush_requested()) lock_.flush_done();
    }
}

awaitable<Result<std::size_t>> AppendOperation::Body::read_some(std::span<char> out) {
    auto got = co_await source_.read_some(out);
    const UploadParts& parts = session_.parts_;
    bool grows_old = session_.upload_.expires_at - parts.clock.now() < parts.settings.expire_unfinished / 2;
    if (got && grows_old) KS_CO_CHECK(co_await session_.stay_alive());
    co_return got;
}

awaitable<Result<void>> AppendOperation::stay_alive() {
    auto note = [this](Tx& tx) -> Result<Upload> {
        KS_TRY(Upload upload, lock_row(tx, upload_.id));
        upload.expires_at = expiry();
        tx.uploads().update(upload);
        return upload;
    };
    KS_CO_TRY(upload_, co_await write(parts_.store, std::move(note)));
    co_return Result<void>{};
}

// Returns the reason for preemption: NOT_FOUND if the upload was removed, otherwise CONFLICT.
awaitable<Result<void>> AppendOperation::flush_before_release() {
    KS_CO_CHECK(co_await check_existence());
    co_return taken_over();
}

awaitable<Result<void>> AppendOperation::check(UploadWriter& writer) {
    KS_CO_CHECK(co_await writer.flush());
    if (writer.hashes().checked->finish() == request_.checksum->digest) co_return Result<void>{};
    co_return fail(ErrorCode::ChecksumMismatch, "The body does not match Upload-Checksum; send it again");
}

// Makes the received bytes durable and stores the new offset. `last`: the request has ended, so the remaining reservation is released.
awaitable<Result<void>> AppendOperation::keep(UploadWriter& writer, bool last) {
    KS_CO_CHECK(co_await writer.sync());
    auto note = [this, last, id = upload_.id, received = writer.received(),
                 left = last ? 0 : reservation_->left()](Tx& tx) -> Result<Upload> {
        KS_TRY(Upload upload, lock_row(tx, id));
        std::uint64_t arrived = received - upload.received;
        upload.received = received;
        QuotaReservation::commit(tx, upload, arrived, left);
        if (last) upload.node.reset();
        if (arrived > 0) upload.expires_at = expiry();  // reading the offset (HEAD) must not extend the expiry
        tx.uploads().update(upload);
        return upload;
    };
    KS_CO_TRY(upload_, co_await write(parts_.store, std::move(note)));
    if (last) reservation_->settle();
    co_return Result<void>{};
}

awaitable<Result<void>> AppendOperation::finish(UploadWriter& writer) {
    auto whole = co_await writer.finish();
    if (!whole) {
        KS_CO_CHECK(co_await check_existence());  // the blob is gone if the upload was removed meanwhile
        co_return whole;
    }
    std::optional<std::string> digest;
    if (auto& hash = writer.hashes().whole) digest = hash->finish();
    KS_CO_TRY(File file, co_await uploads_.finalizer().prepare(upload_, writer.received(), std::move(digest)));
    auto note = [this, file](Tx& tx) -> Result<Upload> {
        KS_TRY(Upload upload, lock_row(tx, file.id));
        return uploads_.finalizer().finalize(tx, std::move(upload), file);
    };
    KS_CO_TRY(upload_, co_await write(parts_.store, std::move(note)));
    reservation_->settle();
    co_return Result<void>{};
}

Result<Upload> AppendOperation::lock_row(Tx& tx, const FileId& id) const {
    auto upload = tx.uploads().lock(id);
    auto owner = upload ? tx.users().lock(upload->owner_id) : std::nullopt;
    if (!owner || owner->disabled) return no_longer_exists();
    if (upload->turn != upload_.turn) return taken_over();
    return std::move(*upload);
}

awaitable<Result<void>> AppendOperation::check_existence() {
    auto look = [id = upload_.id](Tx& tx) -> Result<void> {
        auto upload = tx.uploads().find(id);
        auto owner = upload ? tx.users().find(upload->owner_id) : std::nullopt;
        if (!owner || owner->disabled) return no_longer_exists();
        return {};
    };
    return read(parts_.store, std::move(look));
}

Time AppendOperation::expiry() const { return parts_.clock.now() + parts_.settings.expire_unfinished; }

}  // namespace ks::engine
