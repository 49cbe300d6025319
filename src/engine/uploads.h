#pragma once

#include "engine/upload_finalizer.h"
#include "engine/upload_writer.h"
#include "engine/nodes.h"
#include "engine/on_created.h"
#include "model/access.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ks::engine {

struct UploadSpec {
    std::string filename;
    std::string content_type;
    std::uint64_t expected_bytes = 0;  // 0: unknown
    bool exact = false;                // expected_bytes is the exact length, not an upper bound
};

class Uploads;

// Removes the upload's row. Unless it has become a file, releases its share of the quota and schedules the deletion of its blob, which the
// caller must reap after the commit.
void forget_upload(Tx& tx, Upload upload);

// The files of one request, created atomically. Must end with commit() or abandon().
class UploadBatch {
public:
    // Reads one file up to the end of `source`; its content is durable on return. INVALID_REQUEST for an invalid name, TOO_LARGE,
    // QUOTA_EXCEEDED, STORAGE_FULL, errors of the source.
    awaitable<Result<void>> add(UploadSpec spec, ByteSource& source);

    // Commits rows, quota and FileUploaded of all files in one transaction. INVALID_TOKEN if the owner was removed or disabled.
    awaitable<Result<std::vector<File>>> commit(OnCreated<std::vector<File>> hook = {});

    awaitable<void> abandon();

    bool empty() const { return uploads_.empty(); }
    const std::vector<File>& files() const { return files_; }  // complete, not yet committed

private:
    friend class Uploads;
    UploadBatch(Uploads& service, UserId owner) : service_(service), owner_(owner) {}
    awaitable<Result<void>> begin(Upload upload, std::uint64_t expected, bool exact);

    Uploads& service_;
    const UserId owner_;
    std::vector<Upload> uploads_;                  // as begun; all of the batch
    std::vector<File> files_;                      // complete ones, in the same order
    std::optional<QuotaReservation> reservation_;  // one reservation, stored in the first upload's row
};

// Common part of all upload protocols. Multipart and raw bodies use an UploadBatch, tus uses engine/resumable_uploads; both write through
// an UploadWriter and end with the UploadFinalizer. Thread: any, except drop_again().
class Uploads final : public NodeWork {
public:
    explicit Uploads(UploadParts parts) : parts_(std::make_shared<const UploadParts>(parts)), finalizer_(*parts_) {}

    UploadBatch begin(const Actor& actor) { return {*this, actor.user_id}; }

    std::uint64_t quota_of(const User& user) const { return user.quota_bytes ? user.quota_bytes : parts_->settings.quota_bytes; }
    std::uint64_t max_upload_bytes() const { return parts_->settings.max_file_bytes; }  // setting; 0: no limit
    std::uint64_t longest_file() const { return parts_->settings.longest_file(); }
    const UploadParts& parts() const { return *parts_; }
    const UploadFinalizer& finalizer() const { return finalizer_; }
    std::weak_ptr<const UploadParts> weak_parts() const { return parts_; }  // for QuotaReservation

    // STORAGE_FULL if the disk clearly has no space for `bytes`. Best-effort.
    awaitable<Result<void>> check_room(std::uint64_t bytes);

    // Returns the upload if it is a resumable one that the actor may resume; NOT_FOUND otherwise.
    Result<Upload> resumable(std::optional<Upload> found, const Actor& actor) const;

    // Removes rows and blobs and releases the reservations. Never fails: the next sweep or start retries.
    awaitable<void> drop(std::vector<FileId> ids);
    awaitable<void> drop_again();  // retries drops that the store refused; on parts().loop

    // Removes its simple uploads, whose blobs the next BlobReaper::sweep() deletes, and releases the reservations of the others.
    int settle(Tx& tx, const NodeId& node, int limit) override;

private:
    const std::shared_ptr<const UploadParts> parts_;
    const UploadFinalizer finalizer_;
    std::vector<FileId> undropped_;  // on parts().loop
};

}  // namespace ks::engine
