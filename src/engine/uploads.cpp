#include "engine/uploads.h"

#include "base/log.h"
#include "base/size.h"
#include "model/content_type.h"
#include "model/filename.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <limits>

namespace ks::engine {

namespace {

constexpr std::uint64_t worth_a_look = 1_MiB;
constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

}  // namespace

void forget_upload(Tx& tx, Upload upload) {
    if (!upload.finished) {
        QuotaReservation::release(tx, upload);
        tx.users().subtract_used_bytes(upload.owner_id, upload.received);
        tx.files().schedule_blob_deletion(upload.id);
    }
    tx.uploads().remove(upload.id);
}

awaitable<Result<void>> UploadBatch::begin(Upload upload, std::uint64_t expected, bool exact) {
    auto& parts = service_.parts();
    bool first = uploads_.empty();
    // The Content-Length of a multipart body covers all its files: only a hint for each.
    constexpr std::uint64_t step = QuotaReservation::first_step;
    std::uint64_t wanted = exact ? expected : std::min(expected ? expected : step, step);
    auto note = [first, upload, wanted, least = exact ? wanted : 0, quota = parts.settings.quota_bytes](Tx& tx) -> Result<std::uint64_t> {
        Upload row = upload;
        if (first) KS_CHECK(QuotaReservation::reserve(tx, row, wanted, least, quota));
        tx.uploads().insert(row);
        return row.reserved;
    };
    KS_CO_TRY(upload.reserved, co_await write(parts.store, std::move(note)));
    if (first) reservation_.emplace(service_.weak_parts(), upload);
    uploads_.push_back(std::move(upload));
    co_return Result<void>{};
}

awaitable<Result<void>> UploadBatch::add(UploadSpec spec, ByteSource& source) {
    auto& parts = service_.parts();
    std::uint64_t limit = parts.settings.longest_file();
    if (spec.exact && spec.expected_bytes > limit) co_return too_large(limit);
    KS_CO_TRY(spec.filename, clean_filename(spec.filename));
    if (spec.exact) KS_CO_CHECK(co_await service_.check_room(spec.expected_bytes));
    Upload upload{.id = FileId::make(), .owner_id = owner_, .filename = spec.filename, .created_at = parts.clock.now()};
    upload.node = parts.node;
    upload.content_type = claimed_content_type(spec.content_type);
    KS_CO_CHECK(co_await begin(upload, spec.expected_bytes, spec.exact));
    Hashes hashes{.whole = Hasher(HashKind::Sha256)};
    ProgressState state;
    Progress progress(parts, upload.id, owner_, spec.expected_bytes, state);
    UploadWriter writer(parts, parts.blobs.create(upload.id), 0, std::move(hashes), *reservation_, std::move(progress));
    auto taken = co_await writer.read_from(source, no_limit, limit);
    if (!taken) {
        co_await writer.wait_for_pending();
        co_return tl::unexpected(std::move(taken.error()));
    }
    KS_CO_CHECK(co_await writer.finish());
    KS_CO_TRY(File file, co_await service_.finalizer().prepare(std::move(upload), writer.received(), writer.hashes().whole->finish()));
    files_.push_back(std::move(file));
    co_return Result<void>{};
}

awaitable<Result<std::vector<File>>> UploadBatch::commit(OnCreated<std::vector<File>> hook) {
    KS_ASSERT(uploads_.size() == files_.size());
    std::uint64_t held = reservation_->left();
    for (const File& file : files_) held += file.size;
    uploads_.front().reserved = held;
    auto keep = [this, uploads = uploads_, files = files_, hook](Tx& tx) -> Result<std::vector<File>> {
        for (const Upload& upload : uploads) tx.uploads().lock(upload.id);
        // The account may have been removed or disabled meanwhile: fail the upload.
        auto user = tx.users().lock(owner_);
        if (!user || user->disabled) return fail(ErrorCode::InvalidToken, "This account is no longer active");
        for (std::size_t i = 0; i < files.size(); ++i) KS_CHECK(service_.finalizer().finalize(tx, uploads[i], files[i]));
        return created(tx, files, hook);
    };
    auto committed = co_await write(service_.parts().store, std::move(keep));
    if (committed) reservation_->settle();
    co_return committed;
}

awaitable<void> UploadBatch::abandon() {
    std::vector<FileId> ids;
    for (const Upload& upload : uploads_) ids.push_back(upload.id);
    if (ids.empty()) co_return;
    reservation_->settle();  // goes with the rows
    co_await service_.drop(std::move(ids));
}

awaitable<Result<void>> Uploads::check_room(std::uint64_t bytes) {
    if (bytes < worth_a_look) co_return Result<void>{};
    KS_CO_TRY(auto available, co_await parts_->blobs.available_bytes());
    if (available && bytes > *available) {
        co_return fail(ErrorCode::StorageFull, "The server's disk has no space for a file of " + std::to_string(bytes) + " bytes");
    }
    co_return Result<void>{};
}

Result<Upload> Uploads::resumable(std::optional<Upload> upload, const Actor& actor) const {
    Time now = parts_->clock.now();
    if (!upload || upload->kind == UploadKind::Simple || upload->expires_at <= now) {
        return fail(ErrorCode::NotFound, "There is no such upload, or it has expired");
    }
    KS_CHECK(may_continue(actor, *upload, now));
    return std::move(*upload);
}

awaitable<void> Uploads::drop(std::vector<FileId> ids) {
    auto forget = [ids](Tx& tx) -> Result<void> {
        for (const FileId& id : ids) {
            if (auto upload = tx.uploads().lock(id)) forget_upload(tx, *upload);
            tx.files().schedule_blob_deletion(id);  // also if the row went with its owner
        }
        return {};
    };
    if (auto forgotten = co_await write_reclaiming_space(parts_->store, std::move(forget)); !forgotten) {
        const Error& why = forgotten.error();
        log::warning("uploads that ended could not be dropped yet", {{"reason", why.detail.empty() ? why.message : why.detail}});
        auto remember = [this, ids = std::move(ids)] { undropped_.insert(undropped_.end(), ids.begin(), ids.end()); };
        asio::post(parts_->loop, std::move(remember));
        co_return;
    }
    co_await parts_->reaper.reap(std::move(ids));
}

awaitable<void> Uploads::drop_again() {
    auto ids = std::exchange(undropped_, {});
    if (!ids.empty()) co_await drop(std::move(ids));
}

int Uploads::settle(Tx& tx, const NodeId& node, int limit) {
    auto uploads = tx.uploads().lock_of_node(node, limit);
    for (Upload& upload : uploads) {
        if (upload.kind == UploadKind::Simple) {
            forget_upload(tx, std::move(upload));
            continue;
        }
        QuotaReservation::release(tx, upload);
        ++upload.turn;  // the node may only have been slow: its request must not write any more
        upload.node.reset();
        tx.uploads().update(upload);
    }
    return static_cast<int>(uploads.size());
}

}  // namespace ks::engine
