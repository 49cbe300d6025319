#include "base/size.h"
#include "engine/append_operation.h"

#include "base/log.h"
#include "engine/blob_hash.h"

#include <algorithm>

namespace ks {

namespace {

constexpr std::uint64_t checkpoint_bytes = 64_MiB;  // flush interval within a request: bounds the loss in a crash
constexpr std::uint64_t first_step = 1_MiB;         // initial reservation of a request without Content-Length

}  // namespace

awaitable<Result<Upload>> AppendOperation::run(FileId id, ByteSource& source) {
    KS_CO_CHECK(co_await begin(id));
    if (upload_.finished) co_return upload_;
    auto blob = co_await parts_.blobs.resume(id, upload_.received);
    if (!blob) {
        co_await release_reservation();
        co_return tl::unexpected(std::move(blob.error()));
    }
    bool known = lock_.saved.hash || upload_.received == 0;
    Hashes hashes;
    if (upload_.kind == UploadKind::Resumable && known)
        hashes.whole = lock_.saved.hash ? std::move(lock_.saved.hash) : Hasher(HashKind::Sha256);
    lock_.saved.hash.reset();
    std::optional<Hasher> hash_before;
    if (request_.checksum) {
        hash_before = hashes.whole;
        hashes.checked.emplace(request_.checksum->kind);
    }
    Progress progress(parts_, id, upload_.owner_id, upload_.total.value_or(0), lock_.saved.progress, upload_.kind == UploadKind::Partial);
    UploadWriter writer(parts_, std::move(*blob), upload_.received, std::move(hashes), *reservation_, std::move(progress));
    Body body(*this, source);
    auto received = co_await receive(body, writer);
    if (received && request_.checksum) received = co_await check(writer);
    co_await writer.wait_for_pending();
    bool keeps = !writer.broken() && (received || !request_.checksum);
    bool complete = received && upload_.total == writer.received() && upload_.kind == UploadKind::Resumable;
    Result<void> kept{};
    if (complete) {
        kept = co_await finish(writer);
    } else if (keeps) {
        kept = co_await keep(writer, true);
    }
    if (!keeps || !kept) co_await release_reservation();
    if (!kept) co_return tl::unexpected(std::move(kept.error()));
    if (keeps && !complete) lock_.saved.hash = std::move(writer.hashes().whole);
    if (!keeps && !writer.broken()) lock_.saved.hash = std::move(hash_before);
    if (!received) co_return tl::unexpected(std::move(received.error()));
    co_return upload_;
}

awaitable<Result<void>> AppendOperation::begin(FileId id) {
    auto note = [this, id](Tx& tx) -> Result<Upload> {
        KS_TRY(Upload upload, uploads_.find_resumable(tx, actor_, id));
        if (upload.kind == UploadKind::Final) return fail(ErrorCode::Forbidden, "A final upload can't be appended to");
        if (request_.total) KS_CHECK(settle_total(upload, *request_.total));
        KS_CHECK(check_append(upload, request_.offset, request_.length));
        std::uint64_t limit = parts_.settings.longest_file();
        if (upload.total.value_or(0) > limit || request_.length.value_or(0) > limit - std::min(limit, upload.received)) {
            return too_large(limit);
        }
        if (upload.finished) return upload;
        commit_reservation(tx, upload);  // release a reservation left by an earlier failed request
        std::uint64_t wanted = request_.length.value_or(first_step);
        KS_CHECK(reserve(tx, upload, wanted, request_.length.value_or(0), parts_.settings.quota_bytes));
        upload.expires_at = expiry();
        tx.uploads().update(upload);
        return upload;
    };
    KS_CO_TRY(upload_, co_await write(parts_.store, std::move(note)));
    reservation_.emplace(parts_.store, parts_.settings.quota_bytes, id, upload_.reserved);
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
        KS_TRY(Upload upload, row(tx, upload_.id));
        upload.expires_at = expiry();
        tx.uploads().update(upload);
        return upload;
    };
    KS_CO_TRY(upload_, co_await write(parts_.store, std::move(note)));
    co_return Result<void>{};
}

// Returns the reason for preemption: NOT_FOUND if the upload was removed, otherwise CONFLICT.
awaitable<Result<void>> AppendOperation::flush_before_release() {
    auto look = [this](Tx& tx) { return row(tx, upload_.id); };
    KS_CO_CHECK(co_await read(parts_.store, std::move(look)));
    co_return fail(ErrorCode::Conflict, "Another request took over or ended this upload");
}

awaitable<Result<void>> AppendOperation::check(UploadWriter& writer) {
    KS_CO_CHECK(co_await writer.flush());
    if (writer.hashes().checked->finish() == request_.checksum->digest) co_return Result<void>{};
    co_return fail(ErrorCode::ChecksumMismatch, "The body does not match Upload-Checksum; send it again");
}

// Makes the received bytes durable and stores the new offset. `last`: the request has ended, so the remaining reservation is released.
awaitable<Result<void>> AppendOperation::keep(UploadWriter& writer, bool last) {
    KS_CO_CHECK(co_await writer.sync());
    auto note = [this, id = upload_.id, received = writer.received(), left = last ? 0 : reservation_->left()](Tx& tx) -> Result<Upload> {
        KS_TRY(Upload upload, row(tx, id));
        std::uint64_t arrived = received - upload.received;
        upload.received = received;
        commit_reservation(tx, upload, arrived, left);
        if (arrived > 0) upload.expires_at = expiry();  // reading the offset (HEAD) must not extend the expiry
        tx.uploads().update(upload);
        return upload;
    };
    KS_CO_TRY(upload_, co_await write(parts_.store, std::move(note)));
    co_return Result<void>{};
}

awaitable<Result<void>> AppendOperation::finish(UploadWriter& writer) {
    auto whole = co_await writer.finish();
    if (!whole) {
        auto look = [this](Tx& tx) { return row(tx, upload_.id); };
        KS_CO_CHECK(co_await read(parts_.store, std::move(look)));  // the blob is gone if the upload was removed meanwhile
        co_return whole;
    }
    std::string digest;
    if (auto& hash = writer.hashes().whole) {
        digest = hash->finish();
    } else {
        KS_CO_TRY(digest, co_await hash_blob(parts_.blobs, parts_.digests, upload_.id));
    }
    std::string type = co_await parts_.types.decide(upload_.id, upload_.filename, upload_.content_type);
    File file{upload_.id, upload_.owner_id, upload_.filename, writer.received(), type, digest, parts_.clock.now()};
    auto note = [this, file](Tx& tx) -> Result<Upload> {
        KS_TRY(Upload upload, row(tx, file.id));
        commit_reservation(tx, upload, file.size - upload.received);
        upload.received = file.size;
        upload.finished = true;
        tx.uploads().update(upload);
        uploads_.make_file(tx, file);
        return upload;
    };
    KS_CO_TRY(upload_, co_await write(parts_.store, std::move(note)));
    co_return Result<void>{};
}

// Releases the reservation after a failure. Best-effort: otherwise the next request or the next start does it.
awaitable<void> AppendOperation::release_reservation() {
    auto note = [id = upload_.id](Tx& tx) -> Result<void> {
        auto upload = tx.uploads().find(id);
        if (!upload || upload->finished) return {};
        commit_reservation(tx, *upload);
        tx.uploads().update(*upload);
        return {};
    };
    auto settled = co_await write(parts_.store, std::move(note));
    if (!settled) log::warning("releasing a quota reservation failed", {{"reason", settled.error().detail}});
}

Result<Upload> AppendOperation::row(Tx& tx, const FileId& id) const {
    auto upload = tx.uploads().find(id);
    auto owner = upload ? tx.users().find(upload->owner_id) : std::nullopt;
    if (!owner || owner->disabled) return fail(ErrorCode::NotFound, "This upload no longer exists");
    return std::move(*upload);
}

Time AppendOperation::expiry() const { return parts_.clock.now() + parts_.settings.expire_unfinished; }

}  // namespace ks
