#include "adapters/disk/disk_blobs.h"

#include "adapters/disk/descriptor.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

namespace ks {

namespace {

// What runs on the pool shares the descriptor: should the coroutine that waits for it vanish, the number is not given to another file.
using SharedDescriptor = std::shared_ptr<const Descriptor>;

SharedDescriptor shared(Descriptor descriptor) { return std::make_shared<const Descriptor>(std::move(descriptor)); }

Result<void> finish_blob(const Descriptor& file, Folders& folders, const FileId& id) {
    KS_CHECK(file.sync());
    KS_CHECK(folders.make_folder_of(id));
    std::string from = folders.incoming_path(id), to = folders.path_of(id);
    if (::rename(from.c_str(), to.c_str()) != 0) return failure_of("rename", to);
    return Folders::sync(folders.folder_of(id));
}

// Where the file was there, its folder is synced too: what is gone stays gone.
Result<void> remove_file(const std::string& path, const std::string& folder) {
    if (::unlink(path.c_str()) == 0) return Folders::sync(folder);
    if (errno == ENOENT || errno == ENOTDIR) return {};
    return failure_of("unlink", path);
}

Result<void> check_writing(const Folders& folders) {
    std::string path = folders.root() + "/check";
    KS_TRY(Descriptor file, Descriptor::open(path, O_WRONLY | O_CREAT | O_TRUNC));
    Result<void> written = file.write("Is there room?\n");
    // Another check may have removed it.
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failure_of("unlink", path);
    return written;
}

class DiskWriter final : public BlobWriter {
public:
    DiskWriter(FileId id, SharedDescriptor file, std::shared_ptr<Folders> folders, Offload& pool)
        : id_(id), file_(std::move(file)), folders_(std::move(folders)), pool_(pool) {}

    awaitable<Result<void>> write(std::string chunk) override {
        auto work = [file = file_, chunk = std::move(chunk)] { return file->write(chunk); };
        co_return co_await offload(pool_, std::move(work));
    }

    awaitable<Result<void>> finish() override {
        auto work = [file = file_, folders = folders_, id = id_] { return finish_blob(*file, *folders, id); };
        co_return co_await offload(pool_, std::move(work));
    }

private:
    const FileId id_;
    const SharedDescriptor file_;
    const std::shared_ptr<Folders> folders_;
    Offload& pool_;
};

Result<std::size_t> read_fully(const Descriptor& file, std::uint64_t offset, std::span<char> out) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        ssize_t got = ::pread(file.number(), out.data() + filled, out.size() - filled, static_cast<off_t>(offset + filled));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failure_of("pread", "a blob");
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

class DiskReader final : public BlobReader {
public:
    DiskReader(SharedDescriptor file, std::uint64_t size, Offload& pool) : file_(std::move(file)), size_(size), pool_(pool) {}

    std::uint64_t size() const override { return size_; }
    int descriptor() const override { return file_->number(); }

    awaitable<Result<std::size_t>> read_at(std::uint64_t offset, std::span<char> out) override {
        if (offset >= size_) co_return std::size_t{0};
        auto work = [file = file_, offset, out] { return read_fully(*file, offset, out); };
        co_return co_await offload(pool_, std::move(work));
    }

private:
    const SharedDescriptor file_;
    const std::uint64_t size_;
    Offload& pool_;
};

}  // namespace

DiskBlobs::DiskBlobs(const std::string& root, Offload& pool) : folders_(std::make_shared<Folders>(root)), pool_(pool) {
    if (auto ready = folders_->prepare(); !ready) throw std::runtime_error("cannot use the folder for blobs: " + ready.error().detail);
}

awaitable<Result<std::unique_ptr<BlobWriter>>> DiskBlobs::create(FileId id) {
    auto work = [folders = folders_, id] { return Descriptor::open(folders->incoming_path(id), O_WRONLY | O_CREAT | O_EXCL); };
    KS_CO_TRY(Descriptor file, co_await offload(pool_, std::move(work)));
    co_return std::make_unique<DiskWriter>(id, shared(std::move(file)), folders_, pool_);
}

awaitable<Result<std::unique_ptr<BlobReader>>> DiskBlobs::open(FileId id) {
    auto work = [folders = folders_, id]() -> Result<std::pair<SharedDescriptor, std::uint64_t>> {
        auto file = Descriptor::open(folders->path_of(id), O_RDONLY);
        if (!file && errno == ENOENT) return fail(ErrorCode::NotFound);
        if (!file) return tl::unexpected(std::move(file.error()));
        KS_TRY(std::uint64_t size, file->size());
        return std::pair(shared(std::move(*file)), size);
    };
    KS_CO_TRY(auto opened, co_await offload(pool_, std::move(work)));
    co_return std::make_unique<DiskReader>(std::move(opened.first), opened.second, pool_);
}

awaitable<Result<void>> DiskBlobs::remove(FileId id) {
    auto work = [folders = folders_, id]() -> Result<void> {
        KS_CHECK(remove_file(folders->incoming_path(id), folders->incoming()));
        return remove_file(folders->path_of(id), folders->folder_of(id));
    };
    co_return co_await offload(pool_, std::move(work));
}

awaitable<Result<void>> DiskBlobs::check() {
    auto work = [folders = folders_] { return check_writing(*folders); };
    co_return co_await offload(pool_, std::move(work));
}

}  // namespace ks
