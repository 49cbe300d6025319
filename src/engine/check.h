#pragma once

#include "engine/files.h"
#include "engine/uploads.h"

#include <map>
#include <set>
#include <variant>

namespace ks {

// A file without a blob.
struct Missing {
    File file;
    std::string owner;  // the username
};

// A file whose blob is not what its row says.
struct Damaged {
    File file;
    std::string owner;
    std::string how;
};

// An upload that may be gone on with, of which less is there than was acknowledged.
struct Short {
    Upload upload;
    std::string owner;
    std::uint64_t size = 0;
};

// A blob that no file and no upload has.
struct Surplus {
    FileId id;
    std::optional<std::uint64_t> size{};  // none: an unfinished one
};

// A user whose sums are not those of the rows.
struct Unsettled {
    User user;
    Usage usage;
};

struct Finding {
    std::variant<Missing, Damaged, Short, Surplus, Unsettled> what;
    bool repaired = false;
};

class CheckListener {
public:
    virtual ~CheckListener() = default;
    virtual void found(const Finding& finding) = 0;
    virtual void progress(std::uint64_t done, std::uint64_t total) = 0;  // bytes of files
};

struct CheckOptions {
    bool deep = false;    // every blob is read, and its SHA-256 computed
    bool repair = false;  // what is surplus goes, sums are computed anew; files are left as they are
};

struct CheckSummary {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;      // of these files
    std::uint64_t leftovers = 0;  // uploads and removals that the last process had under way, which the next start settles
};

// Do the rows and the blobs say the same? For a store and blobs that nobody else uses. What it holds in memory doesn't grow with the files.
class Check {
public:
    // All of it outlives the check. The listener is called where run() runs.
    Check(Uploads& uploads, Files& files, CheckOptions options, CheckListener& listener)
        : uploads_(uploads),
          files_(files),
          store_(uploads.parts().store),
          blobs_(uploads.parts().blobs),
          options_(options),
          listener_(listener) {}

    awaitable<Result<CheckSummary>> run();  // once

private:
    awaitable<Result<void>> note_leftovers();
    awaitable<Result<void>> compare_sums();
    awaitable<Result<void>> compare_blobs();
    awaitable<Result<void>> compare_unfinished();
    awaitable<Result<void>> judge_short(Short found);
    void note_begun(Upload upload, const std::string& owner);
    void see_begun(const FileId& id, std::uint64_t size);
    awaitable<Result<void>> judge(File file, std::optional<BlobFacts> blob);
    awaitable<std::string> flaw_of(File file, BlobFacts blob);  // empty: none
    awaitable<Result<void>> judge_orphan(Surplus blob);

    Uploads& uploads_;
    Files& files_;
    MetaStore& store_;
    BlobStore& blobs_;
    const CheckOptions options_;
    CheckListener& listener_;
    std::set<FileId> to_be_dropped_;
    std::map<FileId, Short> begun_;  // uploads of which enough has not been seen yet
    CheckSummary summary_;
    std::uint64_t total_ = 0;  // what summary_.bytes will be
};

}  // namespace ks
