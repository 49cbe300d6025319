#pragma once

#include "base/id.h"
#include "base/result.h"

#include <mutex>
#include <string>
#include <vector>

namespace ks {

// Where blobs lie: incoming/<uuid> while they are written, ab/cd/<uuid> when they are whole, abcd being the last digits of the uuid (its
// front is the time, and would put all that is new into one folder). May be called from any thread; everything here may block.
class Folders {
public:
    explicit Folders(std::string root);

    Result<void> prepare();  // makes the root and incoming/

    std::string root() const { return root_; }
    std::string incoming() const { return root_ + "/incoming"; }
    std::string incoming_path(const FileId& id) const { return incoming() + "/" + id.text(); }
    std::string folder_of(const FileId& id) const;
    std::string path_of(const FileId& id) const { return folder_of(id) + "/" + id.text(); }

    // The blob's folder exists and survives a crash.
    Result<void> make_folder_of(const FileId& id);

    static Result<void> sync(const std::string& folder);  // its entries survive a crash

private:
    Result<void> make_known(std::size_t slot, const std::string& folder);

    const std::string root_;
    std::mutex mutex_;
    std::vector<bool> known_;  // folders that this process knows to survive
};

}  // namespace ks
