#include "engine/uploads.h"

#include "base/log.h"
#include "engine/journal.h"

#include <algorithm>
#include <limits>

namespace ks {

namespace {

constexpr std::size_t piece_bytes = 256 * 1024;
constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();

tl::unexpected<Error> too_large(std::uint64_t limit) {
    return fail(ErrorCode::TooLarge, "A file has at most " + std::to_string(limit) + " bytes here");
}

tl::unexpected<Error> over_quota() {
    return fail(ErrorCode::QuotaExceeded, "Your storage is full; delete files or ask the administrator for more");
}

}  // namespace

Uploads::Uploads(MetaStore& store, BlobStore& blobs, Bus& bus, const Clock& clock, UploadSettings settings)
    : store_(store), blobs_(blobs), bus_(bus), clock_(clock), settings_(settings) {}

awaitable<Result<std::unique_ptr<Upload>>> Uploads::begin(Actor actor, UploadSpec spec) {
    KS_CO_TRY(spec.filename, clean_filename(spec.filename));
    spec.content_type = clean_content_type(spec.content_type);
    std::uint64_t limit = settings_.max_file_bytes ? settings_.max_file_bytes : unlimited;
    if (spec.exact && spec.expected_bytes > limit) co_return too_large(limit);
    FileId id = FileId::make();
    auto note = [this, actor, id](Tx& tx) -> Result<std::uint64_t> {
        auto user = tx.users().find(actor.user_id);
        if (!user) return fail(ErrorCode::InvalidToken);
        tx.files().note_blob(id);
        std::uint64_t quota = quota_of(*user);
        return quota == 0 ? unlimited : quota - std::min(quota, user->used_bytes);
    };
    KS_CO_TRY(std::uint64_t room, co_await write(store_, std::move(note)));
    if (spec.exact && spec.expected_bytes > room) {
        co_await drop(id);
        co_return over_quota();
    }
    auto blob = co_await blobs_.create(id);
    if (!blob) {
        co_await drop(id);
        co_return tl::unexpected(std::move(blob.error()));
    }
    std::unique_ptr<Upload> upload(new Upload(*this, id, std::move(actor), std::move(spec), room));
    upload->blob_ = std::move(*blob);
    co_return upload;
}

awaitable<Result<void>> Uploads::drop(FileId id) {
    KS_CO_CHECK(co_await blobs_.remove(id));
    auto settle = [id](Tx& tx) -> Result<void> {
        tx.files().settle_blob(id);
        return {};
    };
    co_return co_await write(store_, std::move(settle));
}

Upload::Upload(Uploads& uploads, FileId id, Actor actor, UploadSpec spec, std::uint64_t allowed)
    : uploads_(uploads), id_(id), actor_(std::move(actor)), spec_(std::move(spec)), allowed_(allowed) {}

void Upload::report(std::uint64_t total, double progress) {
    auto now = Steady::now();
    if (reported_ && now - *reported_ < uploads_.settings_.progress_interval) return;
    reported_ = now;
    progress_ = std::max(progress_, progress);
    tell(uploads_.bus_, wire::UploadProgress{id_, progress_, received_, total}, {.owner = actor_.user_id}, uploads_.clock_.now(),
         id_.text());
}

awaitable<Result<void>> Upload::append(std::string_view bytes) {
    received_ += bytes.size();
    std::uint64_t limit = uploads_.settings_.max_file_bytes;
    if (limit && received_ > limit) co_return too_large(limit);
    if (received_ > allowed_) co_return over_quota();
    while (!bytes.empty()) {
        if (pending_.empty()) pending_.reserve(piece_bytes);
        auto part = bytes.substr(0, piece_bytes - pending_.size());
        pending_.append(part);
        bytes.remove_prefix(part.size());
        if (pending_.size() == piece_bytes) KS_CO_CHECK(co_await flush());
    }
    // An estimate may fall short of what comes; the whole is told when it is known.
    std::uint64_t total = spec_.expected_bytes ? std::max(spec_.expected_bytes, received_) : 0;
    bool complete = total == received_;
    if (!complete) report(total, total ? static_cast<double>(received_) / static_cast<double>(total) : 0);
    co_return Result<void>{};
}

awaitable<Result<void>> Upload::flush() {
    hash_.update(pending_);
    co_return co_await blob_->write(std::exchange(pending_, {}));
}

awaitable<Result<void>> Upload::seal() {
    if (!pending_.empty()) KS_CO_CHECK(co_await flush());
    KS_CO_CHECK(co_await blob_->finish());
    blob_.reset();
    file_ = File{id_, actor_.user_id, spec_.filename, received_, spec_.content_type, hash_.finish(), uploads_.clock_.now()};
    co_return Result<void>{};
}

awaitable<Result<std::vector<File>>> Uploads::commit(std::span<const std::unique_ptr<Upload>> uploads) {
    std::vector<File> files;
    for (const auto& upload : uploads) files.push_back(upload->file_);
    auto keep = [this, files](Tx& tx) -> Result<std::vector<File>> {
        for (const File& file : files) {
            // Deleted or disabled meanwhile: the upload ends with the account.
            auto user = tx.users().find(file.owner_id);
            if (!user || user->disabled) return fail(ErrorCode::InvalidToken, "This account is no longer active");
            if (!tx.users().add_used_bytes(file.owner_id, file.size, settings_.quota_bytes)) return over_quota();
            tx.files().insert(file);
            tx.files().settle_blob(file.id);
            announce(tx, wire::UploadProgress{file.id, 1.0, file.size, file.size}, {.owner = file.owner_id}, file.created_at,
                     file.id.text());
            record(tx, wire::FileUploaded{file.id, file.filename, file.size}, {.owner = file.owner_id}, file.created_at);
        }
        return files;
    };
    co_return co_await write(store_, std::move(keep));
}

awaitable<void> Upload::abandon() {
    blob_.reset();
    if (auto dropped = co_await uploads_.drop(id_); !dropped) {
        log::warning("an upload that broke off could not be dropped; the next start does it", {{"reason", dropped.error().detail}});
    }
}

}  // namespace ks
