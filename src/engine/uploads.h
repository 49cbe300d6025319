#pragma once

#include "base/clock.h"
#include "base/crypto.h"
#include "model/access.h"
#include "ports/blob_store.h"
#include "ports/bus.h"
#include "ports/meta_store.h"
#include "runtime/timer_wheel.h"

#include <memory>
#include <span>
#include <optional>
#include <string>
#include <vector>

namespace ks {

struct UploadSettings {
    std::uint64_t max_file_bytes = 0;  // 0: no limit
    std::uint64_t quota_bytes = 0;     // of users without one of their own; 0: none
    Duration progress_interval{200};
};

struct UploadSpec {
    std::string filename;
    std::string content_type;
    std::uint64_t expected_bytes = 0;  // for progress; 0: unknown
    bool exact = false;                // expected_bytes is the length, not an estimate
};

class Uploads;

// A file on its way in: bytes are hashed and written as they come, in pieces of 256 KiB; the owner sees progress. Destroyed unfinished,
// it never was: call abandon() where one can wait.
class Upload {
public:
    // Called as bytes arrive, `received` being all so far. TOO_LARGE, QUOTA_EXCEEDED, STORAGE_FULL.
    awaitable<Result<void>> append(std::string_view bytes);

    // The last byte was appended: the content is durable on return. What is left is Uploads::commit.
    awaitable<Result<void>> seal();

    awaitable<void> abandon();

private:
    friend class Uploads;
    Upload(Uploads& uploads, FileId id, Actor actor, UploadSpec spec, std::uint64_t allowed);
    awaitable<Result<void>> flush();
    void report(std::uint64_t total, double progress);

    Uploads& uploads_;
    const FileId id_;
    const Actor actor_;
    UploadSpec spec_;
    const std::uint64_t allowed_;  // bytes that quota and limit leave
    std::unique_ptr<BlobWriter> blob_;
    Sha256 hash_;
    std::string pending_;
    std::uint64_t received_ = 0;
    double progress_ = 0;
    std::optional<Steady::time_point> reported_{};
    File file_{};  // once sealed
};

// Every door (multipart, raw) is one way to feed an Upload.
class Uploads {
public:
    Uploads(MetaStore& store, BlobStore& blobs, Bus& bus, const Clock& clock, UploadSettings settings);

    // INVALID_REQUEST for a name that is none, TOO_LARGE and QUOTA_EXCEEDED as far as expected_bytes tells.
    awaitable<Result<std::unique_ptr<Upload>>> begin(Actor actor, UploadSpec spec);

    // Sealed uploads become files, all of them or none: rows, quota and FileUploaded are committed on return.
    awaitable<Result<std::vector<File>>> commit(std::span<const std::unique_ptr<Upload>> uploads);

    std::uint64_t quota_of(const User& user) const { return user.quota_bytes ? user.quota_bytes : settings_.quota_bytes; }

private:
    friend class Upload;
    awaitable<Result<void>> drop(FileId id);

    MetaStore& store_;
    BlobStore& blobs_;
    Bus& bus_;
    const Clock& clock_;
    const UploadSettings settings_;
};

}  // namespace ks
