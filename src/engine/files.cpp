#include "engine/files.h"

#include "base/log.h"
#include "engine/journal.h"
#include "model/filename.h"

namespace ks::engine {

namespace {

constexpr int most_notes = 1024;  // pending DownloadStarted writes before back-pressure
constexpr int name_keys_at_once = 1000;

tl::unexpected<Error> no_such_file() { return fail(ErrorCode::NotFound, "There is no such file"); }

Result<File> find_own(Tx& tx, const Actor& actor, const FileId& id) {
    auto file = tx.files().find(id);
    if (!file || !may_own(actor, file->owner_id)) return no_such_file();
    return std::move(*file);
}

// Removes the file and its shares and records FileDeleted for all context; schedules the blob for deletion. NOT_FOUND if a concurrent
// transaction has removed it.
Result<void> remove_file(Tx& tx, const File& file, Time now) {
    tx.uploads().remove(file.id);  // a finished tus upload keeps its row until it expires
    tx.users().subtract_used_bytes(file.owner_id, file.size);
    if (!tx.files().lock(file.id)) return no_such_file();
    EventContext context{.owner = file.owner_id};
    for (const Share& share : tx.shares().active_shares_of(file.id, now)) {
        context.shares.push_back(share.id);
        for (const UserId& recipient : tx.shares().recipients(share.id)) context.recipients.push_back(recipient);
    }
    tx.files().schedule_blob_deletion(file.id);
    tx.files().remove(file.id);
    append_event(tx, wire::FileDeleted{file.id, file.filename}, context, now);
    tx.publish(RowChange{});
    return {};
}

}  // namespace

Files::Files(MetaStore& store, BlobStore& blobs, BlobReaper& reaper, const Clock& clock)
    : store_(store), blobs_(blobs), reaper_(reaper), clock_(clock) {}

awaitable<Result<File>> Files::find(Actor actor, FileId id) {
    auto look = [actor, id](Tx& tx) { return find_own(tx, actor, id); };
    return read(store_, std::move(look));
}

awaitable<Result<std::vector<File>>> Files::find_all(Actor actor, std::vector<FileId> ids) {
    auto look = [actor, ids](Tx& tx) -> Result<std::vector<File>> {
        std::vector<File> files;
        for (const FileId& id : ids) {
            KS_TRY(auto file, find_own(tx, actor, id));
            files.push_back(std::move(file));
        }
        return files;
    };
    return read(store_, std::move(look));
}

awaitable<Result<std::vector<File>>> Files::list(Actor actor, FileQuery query, Page page) {
    auto look = [actor, query, page](Tx& tx) -> Result<std::vector<File>> {
        return tx.files().list(actor.user_id, query.text, query.sort, query.descending, page);
    };
    return read(store_, std::move(look));
}

awaitable<Result<File>> Files::rename(Actor actor, FileId id, std::string given) {
    KS_CO_TRY(auto filename, clean_filename(given));
    auto apply = [actor, id, filename](Tx& tx) -> Result<File> {
        auto file = tx.files().lock(id);
        if (!file || !may_own(actor, file->owner_id)) return no_such_file();
        tx.files().rename(id, filename);
        tx.publish(RowChange{});
        file->filename = filename;
        return std::move(*file);
    };
    co_return co_await write(store_, std::move(apply));
}

awaitable<Result<void>> Files::refresh_name_keys() {
    auto refresh = [](Tx& tx) -> Result<int> { return tx.files().refresh_name_keys(name_keys_at_once); };
    while (true) {
        KS_CO_TRY(int refreshed, co_await write(store_, refresh));
        if (refreshed < name_keys_at_once) co_return Result<void>{};
    }
}

awaitable<Result<void>> Files::remove(Actor actor, FileId id) {
    auto apply = [this, actor, id](Tx& tx) -> Result<void> {
        KS_TRY(auto file, find_own(tx, actor, id));
        return remove_file(tx, file, clock_.now());
    };
    KS_CO_CHECK(co_await write_reclaiming_space(store_, std::move(apply)));
    std::vector<FileId> removed{id};
    co_await reaper_.reap(std::move(removed));
    co_return Result<void>{};
}

awaitable<Result<std::unique_ptr<BlobReader>>> Files::content(const File& file) {
    auto blob = co_await blobs_.open(file.id);
    if (blob && (*blob)->size() < file.size) co_return internal_error("blob is shorter than its file: " + file.id.text());
    if (blob || blob.error().code != ErrorCode::NotFound) co_return blob;
    // Distinguish a concurrent removal from a lost blob.
    auto look = [id = file.id](Tx& tx) -> Result<bool> { return tx.files().find(id).has_value(); };
    KS_CO_TRY(bool is_lost, co_await read(store_, std::move(look)));
    if (is_lost) co_return internal_error("blob of a file is missing: " + file.id.text());
    co_return blob;
}

awaitable<void> Files::note_download(Actor actor, File file) {
    auto note = [this, file, downloader = actor.user_id](Tx& tx) -> Result<void> {
        append_event(tx, wire::DownloadStarted{file.id, file.filename}, {.owner = file.owner_id, .downloader = downloader}, clock_.now());
        return {};
    };
    auto noted = [this, id = file.id](const Result<void>& outcome) {
        --notes_under_way_;
        if (!outcome) log::error("publishing a download failed", {{"file", id.text()}, {"reason", outcome.error().detail}});
    };
    if (++notes_under_way_ <= most_notes) {
        store_.write_deferred(std::move(note), std::move(noted));
    } else {
        noted(co_await write(store_, std::move(note)));
    }
}

}  // namespace ks::engine
