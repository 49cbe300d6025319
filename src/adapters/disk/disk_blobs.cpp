#include "adapters/disk/disk_blobs.h"

#include "base/size.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace ks::disk {

namespace {

Result<std::size_t> read_fully(const FileDescriptor& file, std::uint64_t offset, std::span<char> out) {
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

class DiskStream final : public BlobStream {
public:
    DiskStream(DescriptorPtr file, std::uint64_t offset, std::uint64_t length, Offload& pool)
        : file_(std::move(file)), offset_(offset), left_(length), pool_(pool) {}

    awaitable<Result<std::size_t>> read(std::span<char> out) override {
        out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left_)));
        if (out.empty()) co_return std::size_t{0};
        auto work = [file = file_, offset = offset_, out] { return read_fully(*file, offset, out); };
        KS_CO_TRY(std::size_t size, co_await offload(pool_, std::move(work)));
        offset_ += size;
        left_ -= size;
        co_return size;
    }

private:
    const DescriptorPtr file_;
    std::uint64_t offset_;
    std::uint64_t left_;
    Offload& pool_;
};

class DiskReader final : public BlobReader {
public:
    DiskReader(DescriptorPtr file, std::uint64_t size, Offload& pool) : file_(std::move(file)), size_(size), pool_(pool) {}

    std::uint64_t size() const override { return size_; }
    std::optional<int> native_file() const override { return file_->number(); }

    std::unique_ptr<BlobStream> stream(std::uint64_t offset, std::uint64_t length) const override {
        std::uint64_t begin = std::min(offset, size_);
        return std::make_unique<DiskStream>(file_, begin, std::min(length, size_ - begin), pool_);
    }

private:
    const DescriptorPtr file_;
    const std::uint64_t size_;
    Offload& pool_;
};

Result<bool> unlink_if_there(const std::string& path) {
    if (::unlink(path.c_str()) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return failure_of("unlink", path);
}

// Syncs the folder if a file was unlinked: the removal is durable.
Result<void> remove_file(const std::string& path, const std::string& folder) {
    KS_TRY(bool was_there, unlink_if_there(path));
    return was_there ? BlobLayout::sync(folder) : Result<void>{};
}

Result<void> check_writing(const BlobLayout& folders) {
    std::string path = folders.root() + "/check";
    KS_TRY(FileDescriptor file, FileDescriptor::open(path, O_WRONLY | O_CREAT | O_TRUNC));
    Result<void> written = file.write("Is there room?\n");
    // A concurrent check may have removed it already.
    if (auto gone = unlink_if_there(path); !gone) return tl::unexpected(std::move(gone.error()));
    return written;
}

Result<DescriptorPtr> open_to_resume(const BlobLayout& folders, const FileId& id, std::uint64_t size) {
    std::string path = folders.incoming_path(id);
    // The blob may have been finished already: the transaction after finish() failed, or the process ended before it. Make it unfinished
    // again.
    if (::rename(folders.path_of(id).c_str(), path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) return failure_of("rename", path);
    KS_TRY(FileDescriptor file, FileDescriptor::open(path, O_WRONLY | O_APPEND | (size == 0 ? O_CREAT : 0)));
    KS_TRY(std::uint64_t there, file.size());
    if (there < size) return internal_error("blob " + id.text() + " has only " + std::to_string(there) + " bytes");
    if (there > size) KS_CHECK(file.truncate(size));
    KS_TRY(std::uint64_t left, space_left(file.number()));
    if (left == 0) return no_space();
    return shared(std::move(file));
}

// Copies with copy_file_range: within the kernel, as a reflink where the file system supports it.
Result<void> append_all(const FileDescriptor& to, const FileDescriptor& from) {
    KS_TRY(std::uint64_t left, from.size());
    std::string piece;
    while (left > 0) {
        ssize_t moved = ::copy_file_range(from.number(), nullptr, to.number(), nullptr, left, 0);
        if (moved < 0 && errno == EINTR) continue;
        if (moved < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)) {
            piece.resize(256_KiB);
            moved = ::read(from.number(), piece.data(), std::min<std::uint64_t>(piece.size(), left));
            if (moved > 0) KS_CHECK(to.write(std::string_view(piece).substr(0, static_cast<std::size_t>(moved))));
        }
        if (moved < 0) return failure_of("copy_file_range", "a blob");
        if (moved == 0) return internal_error("a partial upload was truncated");
        left -= static_cast<std::uint64_t>(moved);
    }
    return {};
}

Result<std::pair<DescriptorPtr, std::uint64_t>> write_parts(const BlobLayout& folders, const FileId& id,
                                                            const std::vector<BlobInfo>& parts) {
    KS_TRY(FileDescriptor whole, FileDescriptor::open(folders.incoming_path(id), O_WRONLY | O_CREAT | O_TRUNC));
    for (const BlobInfo& part : parts) {
        KS_TRY(FileDescriptor from, FileDescriptor::open(folders.incoming_path(part.id), O_RDONLY));
        KS_CHECK(append_all(whole, from));
    }
    KS_TRY(std::uint64_t size, whole.size());
    return std::pair(shared(std::move(whole)), size);
}

}  // namespace

DiskBlobs::DiskBlobs(const std::string& root, Offload& pool) : parts_(new DiskParts{BlobLayout(root), pool, syncs_}) {
    if (auto ready = parts_->folders.prepare(); !ready) throw std::runtime_error("can't use the blob folder: " + ready.error().detail);
}

std::unique_ptr<BlobWriter> DiskBlobs::create(FileId id) { return std::make_unique<DiskWriter>(parts_, id, nullptr, 0); }

awaitable<Result<std::unique_ptr<BlobWriter>>> DiskBlobs::resume(FileId id, std::uint64_t size) {
    auto work = [parts = parts_, id, size] { return open_to_resume(parts->folders, id, size); };
    KS_CO_TRY(DescriptorPtr file, co_await offload(parts_->pool, std::move(work)));
    co_return std::make_unique<DiskWriter>(parts_, id, std::move(file), size);
}

awaitable<Result<void>> DiskBlobs::concatenate(FileId id, std::vector<BlobInfo> blobs) {
    auto work = [parts = parts_, id, blobs = std::move(blobs)] { return write_parts(parts->folders, id, blobs); };
    KS_CO_TRY(auto whole, co_await offload(parts_->pool, std::move(work)));
    DiskWriter writer(parts_, id, std::move(whole.first), whole.second);
    co_return co_await writer.finish(nullptr);
}

awaitable<Result<std::unique_ptr<BlobReader>>> DiskBlobs::open(FileId id) {
    std::string path = parts_->folders.path_of(id);
    auto file = FileDescriptor::open_if_cached(path);
    if (!file) {
        auto work = [path]() -> Result<FileDescriptor> {
            auto opened = FileDescriptor::open(path, O_RDONLY);
            if (!opened && errno == ENOENT) return fail(ErrorCode::NotFound);
            return opened;
        };
        KS_CO_TRY(file, co_await offload(parts_->pool, std::move(work)));
    }
    KS_CO_TRY(std::uint64_t size, file->size());
    co_return std::make_unique<DiskReader>(shared(std::move(*file)), size, parts_->pool);
}

awaitable<Result<void>> DiskBlobs::remove(FileId id) {
    auto work = [parts = parts_, id]() -> Result<void> {
        const BlobLayout& folders = parts->folders;
        KS_CHECK(remove_file(folders.incoming_path(id), folders.incoming()));
        return remove_file(folders.path_of(id), folders.folder_of(id));
    };
    co_return co_await offload(parts_->pool, std::move(work));
}

awaitable<Result<void>> DiskBlobs::check() {
    auto work = [parts = parts_] { return check_writing(parts->folders); };
    co_return co_await offload(parts_->pool, std::move(work));
}

awaitable<Result<std::optional<std::uint64_t>>> DiskBlobs::available_bytes() {
    auto work = [parts = parts_]() -> Result<std::optional<std::uint64_t>> {
        KS_TRY(FileDescriptor root, FileDescriptor::open(parts->folders.root(), O_RDONLY | O_DIRECTORY));
        KS_TRY(std::uint64_t left, space_left(root.number()));
        return left;
    };
    co_return co_await offload(parts_->pool, std::move(work));
}

awaitable<Result<std::vector<BlobInfo>>> DiskBlobs::list(std::optional<FileId> after) {
    auto work = [parts = parts_, after]() -> Result<std::vector<BlobInfo>> {
        std::vector<BlobInfo> found;
        KS_TRY(auto folders, parts->folders.folders_from(after.value_or(FileId{})));
        for (const std::string& folder : folders) {
            KS_TRY(auto ids, BlobLayout::ids_in(folder));
            std::sort(ids.begin(), ids.end());
            for (const FileId& id : ids) {
                struct stat facts {};
                bool is_there = (!after || id > *after) && ::stat(parts->folders.path_of(id).c_str(), &facts) == 0;
                if (is_there) found.push_back({id, static_cast<std::uint64_t>(facts.st_size)});
            }
            if (!found.empty()) break;
        }
        return found;
    };
    co_return co_await offload(parts_->pool, std::move(work));
}

awaitable<Result<std::vector<BlobInfo>>> DiskBlobs::list_unfinished() {
    auto work = [parts = parts_]() -> Result<std::vector<BlobInfo>> {
        KS_TRY(auto ids, BlobLayout::ids_in(parts->folders.incoming()));
        std::vector<BlobInfo> found;
        for (const FileId& id : ids) {
            struct stat facts {};
            if (::stat(parts->folders.incoming_path(id).c_str(), &facts) == 0)
                found.push_back({id, static_cast<std::uint64_t>(facts.st_size)});
        }
        return found;
    };
    co_return co_await offload(parts_->pool, std::move(work));
}

}  // namespace ks::disk
