#include "engine/blob_reaper.h"

#include "base/log.h"

namespace ks::engine {

namespace {

constexpr int swept_at_once = 100;

void warn(const Error& error) {
    log::warning("a blob could not be deleted; the next sweep tries again",
                 {{"reason", error.detail.empty() ? error.message : error.detail}});
}

}  // namespace

awaitable<void> BlobReaper::reap(std::vector<FileId> ids) {
    std::vector<FileId> deleted;
    for (const FileId& id : ids) {
        if (auto removed = co_await blobs_.remove(id); removed) {
            deleted.push_back(id);
        } else {
            warn(removed.error());
        }
    }
    if (deleted.empty()) co_return;
    auto clear = [deleted = std::move(deleted)](Tx& tx) -> Result<void> {
        for (const FileId& id : deleted) tx.files().clear_blob_deletion(id);
        return {};
    };
    if (auto cleared = co_await write_reclaiming_space(store_, std::move(clear)); !cleared) warn(cleared.error());
}

awaitable<Result<void>> BlobReaper::sweep() {
    std::optional<FileId> last;
    while (true) {
        auto look = [last](Tx& tx) -> Result<std::vector<FileId>> { return tx.files().blob_deletions(swept_at_once, last); };
        KS_CO_TRY(auto ids, co_await read(store_, std::move(look)));
        if (ids.empty()) co_return Result<void>{};
        last = ids.back();
        co_await reap(std::move(ids));
    }
}

}  // namespace ks::engine
