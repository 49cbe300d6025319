#include "engine/resumable_uploads.h"

#include "model/content_type.h"
#include "model/filename.h"

#include <set>

namespace ks::engine {

namespace {

constexpr std::uint64_t most_unfinished = 1000;
constexpr std::size_t most_parts = 1000;

// Totals over the partial uploads of a concatenation.
struct Sum {
    std::uint64_t total = 0;
    std::vector<BlobInfo> with_bytes{};  // empty ones have no blob
};

}  // namespace

awaitable<Result<Upload>> ResumableUploads::find_row(Actor actor, FileId id) {
    auto look = [this, actor, id](Tx& tx) { return uploads_.resumable(tx.uploads().find(id), actor); };
    co_return co_await read(uploads_.parts().store, std::move(look));
}

awaitable<Result<Upload>> ResumableUploads::find(Actor actor, FileId id) {
    KS_CO_CHECK(co_await find_row(actor, id));
    co_await locks_.request_flush(id);
    co_return co_await find_row(std::move(actor), id);
}

awaitable<Result<Upload>> ResumableUploads::create(Actor actor, NewUpload request, OnCreated<Upload> hook) {
    auto& parts = uploads_.parts();
    std::uint64_t limit = parts.settings.longest_file();
    if (request.total.value_or(0) > limit) co_return too_large(limit);
    KS_CO_CHECK(co_await uploads_.check_room(request.total.value_or(0)));
    Upload upload{.id = FileId::make(), .owner_id = actor.user_id, .kind = request.kind};
    KS_CO_TRY(upload.filename, clean_filename(request.filename));
    upload.content_type = claimed_content_type(request.content_type);
    upload.metadata = std::move(request.metadata);
    upload.concat = std::move(request.concat);
    upload.total = request.total;
    upload.created_at = parts.clock.now();
    upload.expires_at = upload.created_at + parts.settings.expire_unfinished;
    bool is_file = upload.complete() && upload.kind == UploadKind::Resumable;
    auto insert = [this, upload, is_file, quota = parts.settings.quota_bytes, hook](Tx& tx) -> Result<void> {
        // Only checks that the quota suffices now; bytes are charged as they arrive.
        Upload row = upload;
        tx.users().lock(upload.owner_id);  // so that no other upload is created meanwhile
        if (tx.uploads().count_unfinished(upload.owner_id, upload.id) >= most_unfinished) {
            return fail(ErrorCode::QuotaExceeded, "Too many unfinished uploads: the limit is " + std::to_string(most_unfinished) +
                                                      "; finish or delete some, or wait until they expire");
        }
        std::uint64_t total = upload.total.value_or(0);
        KS_CHECK(QuotaReservation::reserve(tx, row, total, total, quota));
        QuotaReservation::release(tx, row);
        if (is_file) row.kind = UploadKind::Simple;  // until complete, so that a crash drops it
        if (is_file) row.node = uploads_.parts().node;
        tx.uploads().insert(row);
        return hook && !is_file ? hook(tx, upload) : Result<void>{};
    };
    KS_CO_CHECK(co_await write(parts.store, std::move(insert)));
    if (!is_file) co_return upload;
    FileId id = upload.id;
    auto finished = co_await finish_empty(std::move(upload), std::move(hook));
    if (!finished) {
        std::vector<FileId> failed{id};
        co_await uploads_.drop(std::move(failed));
    }
    co_return finished;
}

awaitable<Result<Upload>> ResumableUploads::finish_empty(Upload upload, OnCreated<Upload> hook) {
    auto& parts = uploads_.parts();
    auto blob = parts.blobs.create(upload.id);
    KS_CO_CHECK(co_await blob->finish(nullptr));
    KS_CO_TRY(File file, co_await uploads_.finalizer().prepare(upload, 0, sha256("")));
    auto keep = [this, upload, file, hook](Tx& tx) -> Result<Upload> {
        KS_TRY(Upload finished, uploads_.finalizer().finalize(tx, upload, file));
        return created(tx, std::move(finished), hook);
    };
    co_return co_await write(parts.store, std::move(keep));
}

awaitable<Result<Upload>> ResumableUploads::append(Actor actor, FileId id, AppendRequest request, ByteSource& source) {
    KS_CO_CHECK(co_await find_row(actor, id));  // authorize before preempting the holder of the lock
    KS_CO_TRY(auto lock, co_await locks_.acquire(id, &source));
    AppendOperation operation(uploads_, actor, request, *lock);
    auto outcome = co_await operation.run(id, source);
    if (outcome && outcome->finished) lock->saved = {};
    co_return outcome;
}

awaitable<Result<void>> ResumableUploads::remove(Actor actor, FileId id) {
    KS_CO_CHECK(co_await find_row(actor, id));
    KS_CO_TRY(auto lock, co_await locks_.acquire(id, nullptr));
    auto end = [this, actor, id](Tx& tx) -> Result<void> {
        KS_TRY(Upload upload, uploads_.resumable(tx.uploads().lock(id), actor));
        if (upload.finished) return fail(ErrorCode::Conflict, "This upload is already complete");
        forget_upload(tx, upload);
        return {};
    };
    KS_CO_CHECK(co_await write_reclaiming_space(uploads_.parts().store, std::move(end)));
    lock->saved = {};
    std::vector<FileId> gone{id};
    co_await uploads_.parts().reaper.reap(std::move(gone));
    co_return Result<void>{};
}

awaitable<Result<bool>> ResumableUploads::expire(int limit) {
    auto end = [this, limit](Tx& tx) -> Result<std::vector<Upload>> {
        auto uploads = tx.uploads().lock_expired(uploads_.parts().clock.now(), limit);
        for (const Upload& upload : uploads) forget_upload(tx, upload);
        return uploads;
    };
    KS_CO_TRY(auto uploads, co_await write_reclaiming_space(uploads_.parts().store, std::move(end)));
    std::vector<FileId> gone;
    for (const Upload& upload : uploads) {
        locks_.forget(upload.id);
        if (!upload.finished) gone.push_back(upload.id);
    }
    co_await uploads_.parts().reaper.reap(std::move(gone));
    co_return static_cast<int>(uploads.size()) == limit;
}

awaitable<Result<Upload>> ResumableUploads::concatenate(Actor actor, NewUpload request, std::vector<FileId> ids, OnCreated<Upload> hook) {
    co_await concatenations_.enter(actor.user_id);
    ConcatenationQueue::Guard place(concatenations_, actor.user_id);
    KS_CO_TRY(auto joined, co_await find_final(actor, request.concat));
    if (joined) co_return std::move(*joined);
    co_return co_await concatenate_exclusively(std::move(actor), std::move(request), std::move(ids), std::move(hook));
}

// Returns the result of an earlier request for the same parts, which makes the concatenation idempotent.
awaitable<Result<std::optional<Upload>>> ResumableUploads::find_final(Actor actor, std::string concat) {
    auto look = [this, actor, concat](Tx& tx) -> Result<std::optional<Upload>> {
        Time now = uploads_.parts().clock.now();
        for (Upload& upload : tx.uploads().list(actor.user_id)) {
            if (upload.kind == UploadKind::Final && upload.finished && upload.concat == concat && upload.expires_at > now) return upload;
        }
        return std::nullopt;
    };
    co_return co_await read(uploads_.parts().store, std::move(look));
}

awaitable<Result<Upload>> ResumableUploads::concatenate_exclusively(Actor actor, NewUpload request, std::vector<FileId> ids,
                                                                    OnCreated<Upload> hook) {
    auto& parts = uploads_.parts();
    KS_CO_TRY(std::string filename, clean_filename(request.filename));
    if (ids.empty() || ids.size() > most_parts || std::set<FileId>(ids.begin(), ids.end()).size() != ids.size()) {
        co_return bad_field("Upload-Concat", "\"final;\" must be followed by 1 to 1000 different partial uploads");
    }
    Upload whole{.id = FileId::make(), .owner_id = actor.user_id, .kind = UploadKind::Final, .filename = filename};
    whole.content_type = claimed_content_type(request.content_type);
    whole.metadata = std::move(request.metadata);
    whole.concat = std::move(request.concat);
    whole.created_at = parts.clock.now();
    whole.expires_at = whole.created_at + parts.settings.expire_unfinished;
    auto sum = [this, actor, ids](Tx& tx) -> Result<Sum> {
        Sum sum;
        for (const FileId& id : ids) {
            KS_TRY(Upload part, uploads_.resumable(tx.uploads().find(id), actor));
            if (part.kind != UploadKind::Partial)
                return bad_field("Upload-Concat", "Only uploads created with Upload-Concat: partial can be concatenated");
            if (!part.complete()) return fail(ErrorCode::Conflict, "The partial upload " + id.text() + " is not complete yet");
            sum.total += part.received;
            if (part.received > 0) sum.with_bytes.push_back({id, part.received});
        }
        return sum;
    };
    KS_CO_TRY(Sum found, co_await read(parts.store, sum));
    std::uint64_t total = found.total;
    if (std::uint64_t limit = parts.settings.longest_file(); total > limit) co_return too_large(limit);
    KS_CO_CHECK(co_await uploads_.check_room(total));
    whole.total = whole.received = total;
    auto begin = [whole, node = parts.node](Tx& tx) -> Result<void> {
        Upload row = whole;
        row.kind = UploadKind::Simple;  // until complete, so that a crash drops it
        row.node = node;
        row.received = 0;
        tx.uploads().insert(row);
        return {};
    };
    KS_CO_CHECK(co_await write(parts.store, std::move(begin)));
    auto joined = co_await parts.blobs.concatenate(whole.id, std::move(found.with_bytes));
    Result<File> file;
    if (joined) {
        file = co_await uploads_.finalizer().prepare(whole, total);
    } else {
        file = tl::unexpected(std::move(joined.error()));
    }
    Result<Upload> outcome;
    if (file) {
        auto keep = [this, sum, whole, file = *file, ids, hook](Tx& tx) -> Result<Upload> {
            for (const FileId& id : std::set<FileId>(ids.begin(), ids.end())) tx.uploads().lock(id);
            KS_TRY(Sum still, sum(tx));  // fails if another concatenation has consumed the parts meanwhile
            KS_ASSERT(still.total == file.size);
            for (const FileId& id : ids) {
                tx.uploads().remove(id);
                tx.files().schedule_blob_deletion(id);
            }
            KS_TRY(Upload finished, uploads_.finalizer().finalize(tx, whole, file));
            return created(tx, std::move(finished), hook);
        };
        outcome = co_await write(parts.store, std::move(keep));
    } else {
        outcome = tl::unexpected(std::move(file.error()));
    }
    if (outcome) {
        co_await parts.reaper.reap(std::move(ids));
    } else {
        std::vector<FileId> failed{whole.id};
        co_await uploads_.drop(std::move(failed));
    }
    co_return outcome;
}

}  // namespace ks::engine
