#include "base/size.h"
#include "cli/download.h"

#include "base/crypto.h"
#include "cli/retry_policy.h"
#include "cli/terminal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace ks::cli {

namespace {

// Identity of the content, from the response headers.
struct Version {
    std::string etag;
    std::string sha256;  // Raw bytes; empty if the server sent none.
    std::optional<std::uint64_t> size;
};

Version version_of(const HttpHead& head) {
    Version version{.etag = std::string(head.header("ETag"))};
    std::string_view digest = head.header("Repr-Digest");
    if (auto begin = digest.find("sha-256=:"); begin != std::string_view::npos) {
        digest.remove_prefix(begin + 9);
        version.sha256 = from_base64(digest.substr(0, digest.find(':'))).value_or("");
    }
    std::string_view length = head.header("Content-Length");
    std::uint64_t size = 0;
    auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), size);
    if (!length.empty() && error == std::errc{}) version.size = size;
    return version;
}

Outcome<Version> ask_version(Api& api, const Content& content) {
    KS_TRY(HttpAnswer answer, api.send({.method = "HEAD", .url = content.path, .headers = content.headers}));
    Version version = version_of(answer);
    if (version.etag.empty()) return tl::unexpected(unexpected_response("no ETag"));
    return version;
}

tl::unexpected<CommandError> can_not_write(const std::string& path) {
    ExitCode exit = errno == ENOSPC || errno == EDQUOT ? ExitCode::NoRoom : ExitCode::Failed;
    return command_error(exit, "can't write to \"" + path + "\" (" + std::strerror(errno) + ")");
}

Outcome<> check_digest(const Version& version, Hasher hasher) {
    if (version.sha256.empty() || hasher.finish() == version.sha256) return {};
    return command_error(ExitCode::Damaged,
                         "the downloaded content is damaged: its SHA-256 differs from the server's; it was deleted, try again");
}

// Part file of one version. Its random name suffix keeps other users from planting a file there. A later attempt finds it by its prefix
// and adopts it only if it is a regular file of this user with one link. Locked (flock) against other processes.
class Part {
public:
    static Outcome<Part> open(const std::string& target, const Version& version) {
        std::filesystem::path path(target);
        std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
        std::string prefix = "." + brief(path.filename().string()) + "." + hex(sha256(version.etag)).substr(0, 12);
        std::error_code ignored;
        for (std::filesystem::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
            std::string name = entry->path().filename().string();
            if (!name.starts_with(prefix + ".") || !name.ends_with(".part")) continue;
            Part part((path.parent_path() / name).string());
            if (!part.adopt()) continue;
            if (::flock(part.file_, LOCK_EX | LOCK_NB) != 0)
                return command_error(ExitCode::Failed, "\"" + target + "\" is already being downloaded by another kingshare process");
            KS_CHECK(part.read_again());
            return part;
        }
        Part part((path.parent_path() / (prefix + "." + random_token(9) + ".part")).string());
        part.file_ = ::open(part.path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (part.file_ < 0 || ::flock(part.file_, LOCK_EX | LOCK_NB) != 0) return can_not_write(part.path_);
        return part;
    }
    ~Part() {
        if (file_ >= 0) ::close(file_);
    }
    Part(Part&& other) noexcept
        : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)), size_(other.size_), hasher_(std::move(other.hasher_)) {}

    std::uint64_t size() const { return size_; }
    const Hasher& hasher() const { return hasher_; }

    Outcome<> clear() {
        if (::ftruncate(file_, 0) != 0 || ::lseek(file_, 0, SEEK_SET) != 0) return can_not_write(path_);
        size_ = 0;
        hasher_ = Hasher(HashKind::Sha256);
        return {};
    }

    Outcome<> add(std::string_view bytes) {
        hasher_.update(bytes);
        size_ += bytes.size();
        while (!bytes.empty()) {
            ssize_t written = ::write(file_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return can_not_write(path_);
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        return {};
    }

    Outcome<> become(const std::string& target, bool replace) {
        if (::fsync(file_) != 0) return can_not_write(path_);
        unsigned flags = replace ? 0 : RENAME_NOREPLACE;
        if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target.c_str(), flags) == 0) return {};
        // Some file systems do not support RENAME_NOREPLACE.
        bool linked = errno == EINVAL && ::link(path_.c_str(), target.c_str()) == 0;
        if (!linked) return can_not_write(target);
        drop();
        return {};
    }

    void drop() { ::unlink(path_.c_str()); }

private:
    explicit Part(std::string path) : path_(std::move(path)) {}

    // Shortens long names: with prefix and suffix, the name of the part file must not exceed 255 bytes.
    static std::string brief(const std::string& name) {
        constexpr std::size_t most = 120;
        return name.size() <= most ? name : shortened_to_bytes(name, most) + "~" + hex(sha256(name)).substr(0, 8);
    }

    bool adopt() {
        file_ = ::open(path_.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        struct stat facts {};
        return file_ >= 0 && ::fstat(file_, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_uid == ::geteuid() && facts.st_nlink == 1;
    }

    Outcome<> read_again() {
        char buffer[256_KiB];
        while (true) {
            ssize_t read = ::read(file_, buffer, sizeof buffer);
            if (read < 0) return can_not_write(path_);
            if (read == 0) return {};
            hasher_.update({buffer, static_cast<std::size_t>(read)});
            size_ += static_cast<std::uint64_t>(read);
        }
    }

    std::string path_;
    int file_ = -1;
    std::uint64_t size_ = 0;
    Hasher hasher_{HashKind::Sha256};
};

class Download {
public:
    Download(Api& api, const Content& content, const std::string& target, bool replace, ProgressBar& bar)
        : api_(api), content_(content), target_(target), replace_(replace), bar_(bar) {}

    Outcome<> run() {
        while (true) {
            auto done = attempt();
            if (done || !patience_.wait(done.error(), bar_)) return done;
        }
    }

private:
    // Keep the version across attempts: while this download holds the last permitted count, a HEAD would be refused.
    Outcome<> attempt() {
        if (!part_) {
            KS_TRY(version_, ask_version(api_, content_));
            KS_TRY(Part part, Part::open(target_, version_));
            part_.emplace(std::move(part));
        }
        if (part_->size() > version_.size.value_or(UINT64_MAX)) KS_CHECK(part_->clear());
        std::uint64_t before = part_->size();
        if (part_->size() != version_.size) KS_CHECK(fetch());
        if (version_.size && part_->size() != *version_.size) {
            if (part_->size() <= before && ++empty_answers_ > most_odd_answers) return tl::unexpected(unexpected_response("no content"));
            return tl::unexpected(CommandError{ExitCode::Network, "the download was interrupted", "", true});
        }
        if (auto good = check_digest(version_, part_->hasher()); !good) {
            part_->drop();
            return good;
        }
        return part_->become(target_, replace_);
    }

    // Requests the bytes after the part.
    Outcome<> fetch() {
        HttpRequest request{.url = content_.path, .headers = content_.headers};
        if (part_->size() > 0) {
            request.headers.push_back("Range: bytes=" + std::to_string(part_->size()) + "-");
            request.headers.push_back("If-Range: " + version_.etag);
        }
        request.stall = slowest_span;
        request.stall_bytes = slowest_bytes;
        bar_.begin(part_->size());
        std::uint64_t asked = part_->size();
        Outcome<> kept;
        bool begun = false;
        bool another = false;  // The server has another version now.
        request.sink = [&](const HttpHead& head, std::string_view bytes) {
            another = head.header("ETag") != version_.etag;
            if (another) return false;
            if (!std::exchange(begun, true)) kept = begin(head, asked);
            if (kept && bytes.size() > version_.size.value_or(UINT64_MAX) - part_->size())
                kept = tl::unexpected(unexpected_response("more content than announced"));
            if (kept) kept = part_->add(bytes);
            bar_.show(part_->size(), version_.size);
            patience_.progressed();
            return kept.has_value();
        };
        auto answer = api_.send(std::move(request));
        if (!kept) return kept;
        if (another) {
            part_.reset();
            bool often = ++other_versions_ > most_odd_answers;
            return tl::unexpected(CommandError{.message = "the file has changed on the server", .transient = !often});
        }
        if (!answer) return tl::unexpected(std::move(answer.error()));
        return {};
    }

    // Checks that the response continues the part (206), or clears the part for a full response (200).
    Outcome<> begin(const HttpHead& head, std::uint64_t asked) {
        if (head.status == 206 && asked > 0) {
            std::string range = "bytes " + std::to_string(asked) + "-";
            if (head.header("Content-Range").starts_with(range)) return {};
        } else if (head.status == 200) {
            return part_->clear();
        }
        return tl::unexpected(unexpected_response("wrong byte range"));
    }

    static constexpr int most_odd_answers = 3;
    static constexpr std::chrono::seconds slowest_span{60};
    static constexpr std::uint64_t slowest_bytes = 1024;

    Api& api_;
    const Content& content_;
    const std::string& target_;
    bool replace_;
    ProgressBar& bar_;
    RetryPolicy patience_;
    Version version_;
    int empty_answers_ = 0;
    int other_versions_ = 0;
    std::optional<Part> part_;
};

}  // namespace

Outcome<> download_to_file(Api& api, const Content& content, const std::string& target, bool replace, ProgressBar& bar) {
    return Download(api, content, target, replace, bar).run();
}

Outcome<> download_to_output(Api& api, const Content& content, ProgressBar& bar) {
    Version version;
    Hasher hasher(HashKind::Sha256);
    std::uint64_t size = 0;
    bool written = true;
    bool at_terminal = ::isatty(STDOUT_FILENO) != 0;
    PrintableStream shown;
    HttpRequest request{.url = content.path, .headers = content.headers};
    bar.begin(0);
    request.sink = [&](const HttpHead& head, std::string_view bytes) {
        if (size == 0) version = version_of(head);
        hasher.update(bytes);
        size += bytes.size();
        if (!at_terminal) bar.show(size, version.size);
        written = print_bytes(at_terminal ? shown.take(bytes) : bytes);
        return written;
    };
    auto answer = api.send(std::move(request));
    written = written && print_bytes(shown.finish());
    if (!written || std::fflush(stdout) != 0) return can_not_write("standard output");
    if (!answer) return tl::unexpected(std::move(answer.error()));
    return check_digest(size == 0 ? version_of(*answer) : version, hasher);
}

}  // namespace ks::cli
