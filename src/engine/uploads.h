#pragma once

#include "engine/intake.h"
#include "engine/on_created.h"
#include "model/access.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ks {

struct UploadSpec {
    std::string filename;
    std::string content_type;
    std::uint64_t expected_bytes = 0;  // for progress; 0: unknown
    bool exact = false;                // expected_bytes is the length, not an estimate
};

class Uploads;

// The row goes, and unless it has become a file, what it counted of the quota is given back. Its blob is the caller's to drop.
void forget_upload(Tx& tx, Upload upload);

// The files that one request brings: they appear together, or none does. Ends with commit() or abandon().
class Batch {
public:
    // Takes one file, to the end of `source`: its content is durable on return. INVALID_REQUEST for a name that is none, TOO_LARGE,
    // QUOTA_EXCEEDED, STORAGE_FULL, errors of the source.
    awaitable<Result<void>> add(UploadSpec spec, ByteSource& source);

    // The rows, quota and FileUploaded of all of them are committed on return.
    awaitable<Result<std::vector<File>>> commit(OnCreated<std::vector<File>> hook = {});

    awaitable<void> abandon();

    bool empty() const { return ids_.empty(); }
    const std::vector<File>& files() const { return files_; }  // whole, not committed yet

private:
    friend class Uploads;
    Batch(Uploads& uploads, UserId owner) : uploads_(uploads), owner_(owner) {}
    awaitable<Result<void>> begin(Upload upload, std::uint64_t expected, bool exact);

    Uploads& uploads_;
    const UserId owner_;
    std::vector<FileId> ids_;             // begun
    std::vector<File> files_;             // whole
    std::optional<Allowance> allowance_;  // noted with the first
};

// What all ways in have in common. Multipart and raw bodies are a Batch, tus is engine/resumable; both feed an Intake.
class Uploads {
public:
    explicit Uploads(UploadParts parts) : parts_(parts) {}

    Batch begin(const Actor& actor) { return {*this, actor.user_id}; }

    std::uint64_t quota_of(const User& user) const { return user.quota_bytes ? user.quota_bytes : parts_.settings.quota_bytes; }
    const UploadParts& parts() const { return parts_; }

    // STORAGE_FULL where so many bytes clearly have no room.
    awaitable<Result<void>> check_room(std::uint64_t bytes);

    // A resumable upload that the actor may go on with; else NOT_FOUND.
    Result<Upload> find_resumable(Tx& tx, const Actor& actor, const FileId& id) const;

    // The upload is a file from now on: its row, UploadProgress 1.0 and FileUploaded.
    void make_file(Tx& tx, const File& file) const;

    // Row and blob go, what was set aside is given back. What can't be dropped now is dropped by the next sweep or start.
    awaitable<void> drop(std::vector<FileId> ids);
    awaitable<void> drop_again();  // what could not be; on parts().core

    // At start: what the last process had under way.
    awaitable<Result<void>> recover();

private:
    awaitable<Result<void>> try_to_drop(FileId id);
    void drop_later(FileId id, const Error& why);

    const UploadParts parts_;
    std::vector<FileId> undropped_;  // on parts_.core
};

}  // namespace ks
