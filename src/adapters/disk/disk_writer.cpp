#include "adapters/disk/disk_writer.h"

#include "base/size.h"

#include <cstdio>
#include <fcntl.h>

namespace ks::disk {

namespace {

// Start write-back (sync_file_range) after this many bytes, so that the final fsync has little left to do.
constexpr std::uint64_t write_behind_bytes = 8_MiB;
// Larger files are synced separately, so that small ones in the same group don't wait for them.
constexpr std::uint64_t small_bytes = 1_MiB;

Result<void> check_space(const FileDescriptor& file) {
    KS_TRY(std::uint64_t left, space_left(file.number()));
    if (left == 0) return no_space();
    return {};
}

std::string_view bytes_of(const BufferPtr& piece) { return piece ? piece->bytes() : std::string_view(); }

}  // namespace

DiskWriter::DiskWriter(std::shared_ptr<DiskParts> parts, FileId id, DescriptorPtr file, std::uint64_t size)
    : parts_(std::move(parts)), state_(std::make_shared<State>(State{id, std::move(file), size, size})) {}

Result<void> DiskWriter::State::write(const BlobLayout& folders, std::string_view bytes) {
    if (!file) {
        KS_TRY(FileDescriptor made, FileDescriptor::open(folders.incoming_path(id), O_WRONLY | O_CREAT | O_EXCL));
        file = shared(std::move(made));
        KS_CHECK(check_space(*file));
    }
    KS_CHECK(file->write(bytes));
    written += bytes.size();
    if (written - sent < write_behind_bytes) return {};
    ::sync_file_range(file->number(), static_cast<off_t>(sent), static_cast<off_t>(written - sent), SYNC_FILE_RANGE_WRITE);
    sent = written;
    return check_space(*file);
}

void DiskWriter::write(BufferPtr piece, std::function<void(Result<void>)> done) {
    auto work = [parts = parts_, state = state_, piece = std::move(piece)] { return state->write(parts->folders, piece->bytes()); };
    offload(parts_->pool, std::move(work), std::move(done));
}

awaitable<Result<void>> DiskWriter::sync() {
    auto start = [parts = parts_, state = state_](std::function<void(Result<void>)> resume) {
        auto file = [parts, state]() -> Result<DescriptorPtr> {
            KS_CHECK(state->write(parts->folders, {}));
            return state->file;
        };
        parts->syncs.add({.begin = std::move(file), .folder = parts->folders.incoming(), .done = std::move(resume)});
    };
    co_return co_await suspend<Result<void>>(std::move(start));
}

awaitable<Result<void>> DiskWriter::finish(BufferPtr last) {
    if (state_->written + bytes_of(last).size() > small_bytes) {
        auto work = [parts = parts_, state = state_, piece = std::exchange(last, nullptr)]() -> Result<void> {
            KS_CHECK(state->write(parts->folders, bytes_of(piece)));
            return state->file->sync();
        };
        KS_CO_CHECK(co_await offload(parts_->pool, std::move(work)));
    }
    auto start = [parts = parts_, state = state_, piece = std::move(last)](std::function<void(Result<void>)> resume) {
        auto write_and_move = [parts, state, piece]() -> Result<DescriptorPtr> {
            KS_CHECK(state->write(parts->folders, bytes_of(piece)));
            KS_CHECK(parts->folders.make_folder_of(state->id));
            std::string from = parts->folders.incoming_path(state->id), to = parts->folders.path_of(state->id);
            if (::rename(from.c_str(), to.c_str()) != 0) return failure_of("rename", to);
            return state->file;
        };
        parts->syncs.add({std::move(write_and_move), parts->folders.folder_of(state->id), std::move(resume)});
    };
    co_return co_await suspend<Result<void>>(std::move(start));
}

}  // namespace ks::disk
