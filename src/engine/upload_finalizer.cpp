#include "engine/upload_finalizer.h"

#include "engine/blob_hash.h"
#include "engine/journal.h"
#include "engine/quota_reservation.h"

namespace ks::engine {

awaitable<Result<File>> UploadFinalizer::prepare(Upload upload, std::uint64_t size, std::optional<std::string> sha256) const {
    if (!sha256) {
        KS_CO_TRY(sha256, co_await hash_blob(parts_.blobs, parts_.digests, upload.id));
    }
    std::string type = co_await parts_.types.decide(upload.id, upload.filename, upload.content_type);
    co_return File{upload.id, upload.owner_id, upload.filename, size, std::move(type), std::move(*sha256), parts_.clock.now()};
}

Result<Upload> UploadFinalizer::finalize(Tx& tx, Upload upload, const File& file) const {
    bool is_simple = upload.kind == UploadKind::Simple;
    bool exists = is_simple ? tx.uploads().remove(upload.id) : tx.uploads().promote(upload.id, upload.kind, file.size);
    if (!exists) return fail(ErrorCode::Unavailable, "The server has interrupted this upload; send it again");
    QuotaReservation::commit(tx, upload, file.size - upload.received);
    upload.received = file.size;
    upload.finished = true;
    upload.node.reset();
    tx.files().insert(file);
    publish_on_commit(tx, wire::UploadProgress{file.id, 1.0, file.size, file.size}, {.owner = file.owner_id}, file.created_at,
                      file.id.text());
    append_event(tx, wire::FileUploaded{file.id, file.filename, file.size}, {.owner = file.owner_id}, file.created_at);
    return upload;
}

}  // namespace ks::engine
