#include "adapters/disk/blob_layout.h"

#include "adapters/disk/file_descriptor.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <sys/stat.h>

namespace ks::disk {

namespace {

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

Result<void> for_each_name(const std::string& folder, const std::function<void(std::string_view)>& visit) {
    struct Close {
        void operator()(DIR* open) const { ::closedir(open); }
    };
    std::unique_ptr<DIR, Close> open(::opendir(folder.c_str()));
    if (!open && errno == ENOENT) return {};
    if (!open) return failure_of("opendir", folder);
    errno = 0;
    while (const dirent* entry = ::readdir(open.get())) visit(entry->d_name);
    if (errno != 0) return failure_of("readdir", folder);
    return {};
}

bool is_folder_name(std::string_view name) {
    return name.size() == 6 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

BlobLayout::BlobLayout(std::string root) : root_(without_last_slashes(std::move(root))) {}

Result<void> BlobLayout::prepare() {
    KS_CHECK(make_folder(root_));
    KS_CHECK(make_folder(incoming()));
    KS_CHECK(sync(root_));
    return sync(parent_of(root_));
}

Result<void> BlobLayout::make_folder_of(const FileId& id) {
    std::string folder = folder_of(id);
    {
        std::lock_guard lock(mutex_);
        if (known_.contains(folder)) return {};
    }
    // Sync even if the folder exists: a concurrent call or an earlier process may have created it without syncing yet.
    KS_CHECK(make_folder(folder));
    KS_CHECK(sync(root_));
    std::lock_guard lock(mutex_);
    known_.insert(std::move(folder));
    return {};
}

Result<std::vector<std::string>> BlobLayout::folders_from(const FileId& from) const {
    std::vector<std::string> found;
    auto keep = [this, &found, first = from.text().substr(0, 6)](std::string_view name) {
        if (is_folder_name(name) && name >= first) found.push_back(root_ + "/" + std::string(name));
    };
    KS_CHECK(for_each_name(root_, keep));
    std::sort(found.begin(), found.end());
    return found;
}

Result<std::vector<FileId>> BlobLayout::ids_in(const std::string& folder) {
    std::vector<FileId> found;
    auto keep = [&found](std::string_view name) {
        if (auto id = FileId::parse(name)) found.push_back(*id);
    };
    KS_CHECK(for_each_name(folder, keep));
    return found;
}

Result<void> BlobLayout::sync(const std::string& folder) {
    KS_TRY(FileDescriptor opened, FileDescriptor::open(folder, O_RDONLY | O_DIRECTORY));
    return opened.sync();
}

}  // namespace ks::disk
