#pragma once

#include "base/clock.h"
#include "model/access.h"
#include "ports/blob_store.h"
#include "ports/meta_store.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace ks {

struct FileQuery {
    std::string text{};  // what the name contains, any case; empty: all
    FileSort sort = FileSort::CreatedAt;
    bool descending = true;
};

// The owner's files. To anyone else they are NOT_FOUND.
class Files {
public:
    Files(MetaStore& store, BlobStore& blobs, const Clock& clock);

    awaitable<Result<File>> find(Actor actor, FileId id);
    awaitable<Result<std::vector<File>>> find_all(Actor actor, std::vector<FileId> ids);  // in that order, or NOT_FOUND
    awaitable<Result<std::vector<File>>> list(Actor actor, FileQuery query, Page page);
    awaitable<Result<File>> rename(Actor actor, FileId id, std::string filename);
    awaitable<Result<void>> remove(Actor actor, FileId id);

    // The user, disabled first, then the files one by one with their events, then the account. CONFLICT for the actor's own.
    awaitable<Result<void>> remove_user(Actor actor, UserId id);

    // Of a file that the caller has found. NOT_FOUND where it has been removed since; a fault where its blob is lost or cut short.
    awaitable<Result<std::unique_ptr<BlobReader>>> content(const File& file);

    // DownloadStarted by the owner; it precedes what is written after this has returned. The download neither waits for it nor fails with
    // it (the log says so then), but for the wait where more are under way than the store should have to hold.
    awaitable<void> note_download(Actor actor, File file);

    // At start: brings the keys by which files of an earlier version are searched and sorted up to date, in bounded transactions.
    awaitable<Result<void>> refresh_name_keys();

    // Drops blobs of removed files and of uploads that the last process had under way. At start and with each sweep.
    awaitable<Result<void>> drop_open_blobs();

private:
    awaitable<Result<void>> drop_blob(FileId id);

    MetaStore& store_;
    BlobStore& blobs_;
    const Clock& clock_;
    std::atomic<int> notes_under_way_{0};
};

}  // namespace ks
