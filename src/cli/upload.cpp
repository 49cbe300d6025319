#include "cli/upload.h"

#include "base/crypto.h"
#include "cli/retry_policy.h"
#include "cli/state_paths.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

namespace ks::cli {

namespace {

constexpr std::uint64_t piece_bytes = 64ULL << 20;     // Bytes per request; some proxies buffer whole requests.
constexpr std::size_t stream_piece_bytes = 8UL << 20;  // Kept in memory for retries.
constexpr auto forgotten_after = std::chrono::days(7);
constexpr auto longest_turn = std::chrono::seconds(150);  // The server may queue transfers for up to two minutes.

std::string uploads_path(const std::string& id) { return "/api/v1/uploads/" + percent_encoded(id); }

HttpRequest creation(const std::string& length, const std::string& filename, const std::string& key) {
    return {.method = "POST",
            .url = "/api/v1/uploads",
            .headers = {"Tus-Resumable: 1.0.0", length, "Upload-Metadata: filename " + base64(filename), key},
            .stall = longest_turn};
}

Outcome<std::string> create(Api& api, const std::string& length, const std::string& filename, const std::string& key) {
    KS_TRY(HttpAnswer answer, api.send(creation(length, filename, key)));
    std::string_view location = answer.header("Location");
    auto slash = location.rfind('/');
    if (slash == std::string_view::npos || slash + 1 == location.size()) return tl::unexpected(unexpected_response("no Location header"));
    std::string id(location.substr(slash + 1));
    if (percent_encoded(id) != id || id.size() > 256) return tl::unexpected(unexpected_response("no upload id in the Location header"));
    return id;
}

Outcome<std::uint64_t> offset_of(const HttpAnswer& answer) {
    std::string_view text = answer.header("Upload-Offset");
    std::uint64_t offset = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return tl::unexpected(unexpected_response("no Upload-Offset"));
    return offset;
}

Outcome<std::uint64_t> find_offset(Api& api, const std::string& id) {
    KS_TRY(HttpAnswer answer,
           api.send({.method = "HEAD", .url = uploads_path(id), .headers = {"Tus-Resumable: 1.0.0"}, .stall = longest_turn}));
    return offset_of(answer);
}

HttpRequest append(const std::string& id, std::uint64_t offset) {
    return {
        .method = "PATCH",
        .url = uploads_path(id),
        .headers = {"Tus-Resumable: 1.0.0", "Content-Type: application/offset+octet-stream", "Upload-Offset: " + std::to_string(offset)},
        .stall = longest_turn};
}

// CONFLICT means a wrong offset: transient, since a retry asks for the offset.
CommandError worth_another_try(CommandError trouble) {
    trouble.transient = trouble.transient || trouble.code == "CONFLICT";
    return trouble;
}

std::string version_of(const struct stat& facts) {
    return std::to_string(facts.st_size) + " " + std::to_string(facts.st_mtim.tv_sec) + "." + std::to_string(facts.st_mtim.tv_nsec);
}

tl::unexpected<CommandError> can_not_read(const std::string& path) {
    return command_error(errno == ENOENT ? ExitCode::NotFound : ExitCode::Failed,
                         "can't read \"" + path + "\" (" + std::strerror(errno) + ")");
}

void drop_old_notes(const std::string& folder) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        bool old = std::filesystem::file_time_type::clock::now() - entry.last_write_time(ignored) > forgotten_after;
        if (old && !ignored) std::filesystem::remove(entry, ignored);
    }
}

}  // namespace

Outcome<FileUpload> FileUpload::open(Api& api, const std::string& path, const std::string& name) {
    FileUpload upload(api, path, name);
    upload.file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat facts {};
    if (upload.file_ < 0 || ::fstat(upload.file_, &facts) != 0) return can_not_read(path);
    upload.size_ = static_cast<std::uint64_t>(facts.st_size);
    upload.version_ = version_of(facts);
    KS_TRY(std::string folder, state_folder("uploads"));
    drop_old_notes(folder);
    std::error_code ignored;
    std::string whole_path = std::filesystem::canonical(path, ignored).string();
    std::string identity = api.server() + "\n" + api.username() + "\n" + whole_path + "\n" + upload.version_;
    if (name != std::filesystem::path(path).filename().string()) identity += "\n" + name;
    upload.resume_file_path_ = folder + "/" + hex(sha256(identity)).substr(0, 32);
    auto lock = Lock::take(upload.resume_file_path_ + ".lock");
    if (!lock) return command_error(ExitCode::Failed, "\"" + path + "\" is already being sent by another kingshare process");
    upload.lock_.emplace(std::move(*lock));
    return upload;
}

FileUpload::~FileUpload() {
    if (file_ >= 0) ::close(file_);
}

FileUpload::FileUpload(FileUpload&& other) noexcept
    : api_(other.api_),
      path_(std::move(other.path_)),
      name_(std::move(other.name_)),
      file_(std::exchange(other.file_, -1)),
      size_(other.size_),
      found_(other.found_),
      version_(std::move(other.version_)),
      resume_file_path_(std::move(other.resume_file_path_)),
      lock_(std::move(other.lock_)),
      upload_(std::move(other.upload_)),
      creation_key_(std::move(other.creation_key_)) {}

Outcome<std::string> FileUpload::send(ProgressBar& bar) {
    RetryPolicy patience;
    while (true) {
        auto sent = advance(bar, patience);
        if (sent) return sent;
        CommandError trouble = worth_another_try(std::move(sent.error()));
        if (patience.wait(trouble, bar)) continue;
        if (trouble.exit == ExitCode::Network) trouble.message += "; to resume, run the same command again";
        return tl::unexpected(std::move(trouble));
    }
}

Outcome<std::string> FileUpload::advance(ProgressBar& bar, RetryPolicy& patience) {
    KS_TRY(std::uint64_t offset, begin());
    bar.begin(offset);
    while (offset < size_) {
        bar.show(offset, size_);
        KS_TRY(std::uint64_t next, send_piece(offset, bar));
        if (next <= offset || next > size_) return tl::unexpected(unexpected_response("an invalid Upload-Offset"));
        offset = next;
        patience.progressed();
    }
    KS_CHECK(check_unchanged());
    return upload_;
}

// Returns the offset of the existing upload, or creates a new one if there is none or it is gone.
Outcome<std::uint64_t> FileUpload::begin() {
    bool first = upload_.empty();
    if (first) upload_ = read_file(resume_file_path_).value_or("");
    if (!upload_.empty()) {
        auto offset = find_offset(api_, upload_);
        if (offset && first) found_ = *offset;
        bool lost = !offset && (offset.error().exit == ExitCode::NotFound || offset.error().exit == ExitCode::Gone);
        if (!lost) return offset;
    }
    if (creation_key_.empty()) creation_key_ = new_idempotency_key();
    KS_TRY(upload_, create(api_, "Upload-Length: " + std::to_string(size_), name_, creation_key_));
    creation_key_.clear();  // If this upload is lost, its replacement needs a new key.
    KS_CHECK(write_private(resume_file_path_, upload_));
    return 0;
}

Outcome<std::uint64_t> FileUpload::send_piece(std::uint64_t offset, ProgressBar& bar) {
    HttpRequest request = append(upload_, offset);
    std::uint64_t end = std::min(size_, offset + piece_bytes);
    request.source.size = end - offset;
    bool cut_short = false;
    request.source.read = [&](std::span<char> room) -> std::optional<std::size_t> {
        ssize_t read = ::pread(file_, room.data(), std::min<std::uint64_t>(room.size(), end - offset), static_cast<off_t>(offset));
        cut_short = read <= 0 && offset < end;
        if (cut_short) return std::nullopt;
        offset += static_cast<std::uint64_t>(read);
        bar.show(offset, size_);
        return static_cast<std::size_t>(read);
    };
    auto answer = api_.send(std::move(request));
    if (cut_short) return command_error(ExitCode::Failed, "\"" + path_ + "\" was truncated during the upload; send it again");
    if (!answer) return tl::unexpected(std::move(answer.error()));
    return offset_of(*answer);
}

Outcome<> FileUpload::check_unchanged() const {
    struct stat facts {};
    if (::fstat(file_, &facts) == 0 && version_of(facts) == version_) return {};
    (void)api_.remove("/api/v1/files/" + percent_encoded(upload_));
    return command_error(
        ExitCode::Failed,
        "\"" + path_ +
            "\" changed during the upload, so the uploaded content is inconsistent; it was deleted on the server, send it again");
}

void FileUpload::forget() {
    ::unlink(resume_file_path_.c_str());
    ::unlink((resume_file_path_ + ".lock").c_str());
}

namespace {

// Reads a full piece; a shorter one means end of file.
Outcome<std::string> read_piece(int file) {
    std::string piece(stream_piece_bytes, '\0');
    std::size_t filled = 0;
    while (filled < piece.size()) {
        ssize_t got = ::read(file, piece.data() + filled, piece.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return can_not_read("-");
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    piece.resize(filled);
    return piece;
}

}  // namespace

Outcome<std::string> send_stream(Api& api, int file, const std::string& filename, std::uint64_t& size, ProgressBar& bar) {
    RetryPolicy patience;
    std::string id;
    const std::string key = new_idempotency_key();
    while (id.empty()) {
        auto created = create(api, "Upload-Defer-Length: 1", filename, key);
        if (created) id = *created;
        if (!created && !patience.wait(created.error(), bar)) return created;
    }
    bar.begin(0);
    std::uint64_t begin = 0;  // Offset of the piece.
    for (bool last = false; !last;) {
        KS_TRY(std::string piece, read_piece(file));
        last = piece.size() < stream_piece_bytes;
        std::uint64_t offset = begin;
        std::uint64_t end = begin + piece.size();
        bool told = false;  // The server has accepted the request with Upload-Length.
        while (offset < end || (last && !told)) {
            bar.show(offset, std::nullopt);
            HttpRequest request = append(id, offset);
            if (last) request.headers.push_back("Upload-Length: " + std::to_string(end));
            request.body = piece.substr(offset - begin);
            auto answer = api.send(std::move(request));
            auto next = answer ? offset_of(*answer) : Outcome<std::uint64_t>(tl::unexpected(worth_another_try(std::move(answer.error()))));
            if (!next && !patience.wait(next.error(), bar)) return tl::unexpected(std::move(next.error()));
            told = next.has_value();
            if (!next) next = find_offset(api, id);
            if (!next && next.error().transient) continue;
            if (!next) return tl::unexpected(std::move(next.error()));
            if (*next < begin || *next > end) return command_error(ExitCode::Failed, "the server lost part of the stream; send it again");
            if (*next > offset) patience.progressed();
            offset = *next;
        }
        begin = end;
    }
    size = begin;
    return id;
}

}  // namespace ks::cli
