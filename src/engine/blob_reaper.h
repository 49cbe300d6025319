#pragma once

#include "ports/blob_store.h"
#include "ports/meta_store.h"

#include <vector>

namespace ks::engine {

// Owner of pending blob deletions. The transaction that removes a file or an upload schedules the deletion of its blob
// (FileTable::schedule_blob_deletion); after the commit, reap() deletes it, and sweep() retries failed deletions and those that a crash has
// prevented. Thread: any.
class BlobReaper {
public:
    BlobReaper(MetaStore& store, BlobStore& blobs) : store_(store), blobs_(blobs) {}

    // Deletes blobs after the commit that schedules their deletion. Never fails: the next sweep retries.
    awaitable<void> reap(std::vector<FileId> ids);

    // Deletes the blobs of all scheduled deletions; at startup and with each sweep of the janitor. Errors: of the store, if the list can't
    // be read.
    awaitable<Result<void>> sweep();

private:
    MetaStore& store_;
    BlobStore& blobs_;
};

}  // namespace ks::engine
