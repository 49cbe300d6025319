#pragma once

#include "base/id.h"
#include "base/result.h"

#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

namespace ks {

// Where blobs lie: incoming/<uuid> while they are written, abcdef/<uuid> when they are whole, abcdef being the front of the uuid. That is
// its time in steps of five hours: files that come at the same time lie in one folder, so that one sync of it does for all of them. May be
// called from any thread; everything that gives a Result blocks.
class Folders {
public:
    explicit Folders(std::string root);

    Result<void> prepare();  // makes the root and incoming/

    std::string root() const { return root_; }
    std::string incoming() const { return root_ + "/incoming"; }
    std::string incoming_path(const FileId& id) const { return incoming() + "/" + id.text(); }
    std::string folder_of(const FileId& id) const { return root_ + "/" + id.text().substr(0, 6); }
    std::string path_of(const FileId& id) const { return folder_of(id) + "/" + id.text(); }

    // The blob's folder exists and survives a crash.
    Result<void> make_folder_of(const FileId& id);

    // The folders of whole blobs, from that of `from` on, in order.
    Result<std::vector<std::string>> folders_from(const FileId& from) const;

    static Result<std::vector<FileId>> ids_in(const std::string& folder);  // unsorted; none where there is no folder
    static Result<void> sync(const std::string& folder);                   // its entries survive a crash

private:
    const std::string root_;
    std::mutex mutex_;
    std::unordered_set<std::string> known_;  // folders that this process knows to survive
};

}  // namespace ks
