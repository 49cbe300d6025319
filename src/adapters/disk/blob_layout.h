#pragma once

#include "base/id.h"
#include "base/result.h"

#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

namespace ks::disk {

// Directory layout of the blobs: incoming/<uuid> while written, abcdef/<uuid> when complete, abcdef being the first six hex digits of the
// UUIDv7. These are its time in steps of five hours: files uploaded at the same time share a folder, and one fsync of it covers them all.
// Thread-safe; every call that returns a Result blocks.
class BlobLayout {
public:
    explicit BlobLayout(std::string root);

    Result<void> prepare();  // creates the root and incoming/

    std::string root() const { return root_; }
    std::string incoming() const { return root_ + "/incoming"; }
    std::string incoming_path(const FileId& id) const { return incoming() + "/" + id.text(); }
    std::string folder_of(const FileId& id) const { return root_ + "/" + id.text().substr(0, 6); }
    std::string path_of(const FileId& id) const { return folder_of(id) + "/" + id.text(); }

    // Creates the blob's folder; it is durable on return.
    Result<void> make_folder_of(const FileId& id);

    // Returns the folders of complete blobs in order, starting with that of `from`.
    Result<std::vector<std::string>> folders_from(const FileId& from) const;

    static Result<std::vector<FileId>> ids_in(const std::string& folder);  // unsorted; empty if the folder does not exist
    static Result<void> sync(const std::string& folder);                   // makes its entries durable

private:
    const std::string root_;
    std::mutex mutex_;
    std::unordered_set<std::string> known_;  // folders known to be durable; guarded by mutex_
};

}  // namespace ks::disk
