#pragma once

#include "engine/uploads.h"

#include <map>
#include <set>
#include <variant>

namespace ks::engine {

// A file without a blob.
struct Missing {
    File file;
    std::string owner;  // the username
};

// A file with a blob that contradicts the row (size or SHA-256) or can't be read.
struct Damaged {
    File file;
    std::string owner;
    std::string how;  // message for the operator
};

// An unfinished resumable upload with fewer bytes on disk than were acknowledged to the client.
struct Short {
    Upload upload;
    std::string owner;
    std::uint64_t size = 0;  // bytes on disk
};

// An orphan blob: no file and no upload refers to it.
struct Surplus {
    FileId id;
    std::optional<std::uint64_t> size{};  // nullopt: unfinished
};

// A user with stored totals that differ from the sums over the rows.
struct Unsettled {
    User user;
    Usage usage;  // as computed from the rows
};

struct Finding {
    std::variant<Missing, Damaged, Short, Surplus, Unsettled> what;
    bool repaired = false;
};

class CheckListener {
public:
    virtual ~CheckListener() = default;
    virtual void found(const Finding& finding) = 0;
    virtual void progress(std::uint64_t done, std::uint64_t total) = 0;  // in bytes of files
};

struct CheckOptions {
    bool deep = false;    // read every blob and verify its SHA-256
    bool repair = false;  // remove orphans, recompute totals, truncate uploads to the bytes on disk; never touches files
};

struct CheckSummary {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;      // total size of these files
    std::uint64_t leftovers = 0;  // in-flight uploads and removals of the last process; the next start cleans them up
};

// Consistency check of database and blobs. Requires exclusive access to both. Memory use is independent of the number of files.
class Check {
public:
    // All references must outlive the check. The listener is called on the executor of run().
    Check(Uploads& uploads, CheckOptions options, CheckListener& listener)
        : uploads_(uploads), store_(uploads.parts().store), blobs_(uploads.parts().blobs), options_(options), listener_(listener) {}

    awaitable<Result<CheckSummary>> run();  // at most once per object

private:
    awaitable<Result<void>> note_leftovers();
    awaitable<Result<void>> compare_sums();
    awaitable<Result<void>> compare_blobs();
    awaitable<Result<void>> compare_unfinished();
    awaitable<Result<void>> judge_short(Short found);
    void note_begun(Upload upload, const std::string& owner);
    void see_begun(const FileId& id, std::uint64_t size);
    awaitable<Result<void>> judge(File file, std::optional<BlobInfo> blob);
    awaitable<std::string> flaw_of(File file, BlobInfo blob);  // empty: the blob is intact
    awaitable<Result<void>> judge_orphan(Surplus blob);

    Uploads& uploads_;
    MetaStore& store_;
    BlobStore& blobs_;
    const CheckOptions options_;
    CheckListener& listener_;
    std::set<FileId> to_be_dropped_;
    std::map<FileId, Short> begun_;  // uploads not yet matched by a blob that is long enough
    CheckSummary summary_;
    std::uint64_t total_ = 0;  // expected value of summary_.bytes at the end, for progress
};

}  // namespace ks::engine
