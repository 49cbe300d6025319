#pragma once

#include "base/clock.h"
#include "engine/blob_reaper.h"
#include "model/access.h"
#include "ports/blob_store.h"
#include "ports/meta_store.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace ks::engine {

struct FileQuery {
    std::string text{};  // substring of the name, case-insensitive; empty: all files
    FileSort sort = FileSort::CreatedAt;
    bool descending = true;
};

// Files of an owner; NOT_FOUND for every other actor. Thread: any.
class Files {
public:
    Files(MetaStore& store, BlobStore& blobs, BlobReaper& reaper, const Clock& clock);

    awaitable<Result<File>> find(Actor actor, FileId id);
    awaitable<Result<std::vector<File>>> find_all(Actor actor, std::vector<FileId> ids);  // in the order of `ids`, or NOT_FOUND
    awaitable<Result<std::vector<File>>> list(Actor actor, FileQuery query, Page page);
    awaitable<Result<File>> rename(Actor actor, FileId id, std::string filename);
    awaitable<Result<void>> remove(Actor actor, FileId id);

    // Opens the content of a file from find(). NOT_FOUND if it was removed meanwhile; INTERNAL if its blob is missing or truncated.
    awaitable<Result<std::unique_ptr<BlobReader>>> content(const File& file);

    // See BlobStore.
    std::optional<std::string> temporary_url(const File& file, const BlobResponseHeaders& headers) const {
        return blobs_.temporary_url(file.id, headers);
    }

    // Records DownloadStarted by the owner, ordered before every write issued after this returns. Deferred and best-effort: the download
    // neither waits for it nor fails with it (failures are logged). Blocks only as back-pressure, when too many are pending.
    awaitable<void> note_download(Actor actor, File file);

    // Call at startup. Recomputes search and sort keys written by an earlier version, in bounded transactions.
    awaitable<Result<void>> refresh_name_keys();

private:
    MetaStore& store_;
    BlobStore& blobs_;
    BlobReaper& reaper_;
    const Clock& clock_;
    std::atomic<int> notes_under_way_{0};
};

}  // namespace ks::engine
