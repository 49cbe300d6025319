#include "adapters/disk/folders.h"

#include "adapters/disk/descriptor.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

namespace ks {

namespace {

constexpr std::size_t first_level = 65536;  // where the slots of the folders ab begin, behind those of ab/cd

Result<void> make_folder(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failure_of("mkdir", path);
    return {};
}

std::string parent_of(const std::string& path) {
    auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string without_last_slashes(std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    return path;
}

}  // namespace

Folders::Folders(std::string root) : root_(without_last_slashes(std::move(root))), known_(first_level + 256) {}

Result<void> Folders::prepare() {
    KS_CHECK(make_folder(root_));
    KS_CHECK(make_folder(incoming()));
    KS_CHECK(sync(root_));
    return sync(parent_of(root_));
}

std::string Folders::folder_of(const FileId& id) const {
    std::string text = id.text();
    return root_ + "/" + text.substr(32, 2) + "/" + text.substr(34, 2);
}

Result<void> Folders::make_folder_of(const FileId& id) {
    std::string folder = folder_of(id), parent = parent_of(folder);
    KS_CHECK(make_known(first_level + id.bytes[14], parent));
    return make_known(static_cast<std::size_t>(id.bytes[14] << 8 | id.bytes[15]), folder);
}

Result<void> Folders::make_known(std::size_t slot, const std::string& folder) {
    {
        std::lock_guard lock(mutex_);
        if (known_[slot]) return {};
    }
    // The sync also where the folder is there already: the one who made it may not have got that far.
    KS_CHECK(make_folder(folder));
    KS_CHECK(sync(parent_of(folder)));
    std::lock_guard lock(mutex_);
    known_[slot] = true;
    return {};
}

Result<void> Folders::sync(const std::string& folder) {
    KS_TRY(Descriptor opened, Descriptor::open(folder, O_RDONLY | O_DIRECTORY));
    return opened.sync();
}

}  // namespace ks
