#pragma once

#include "base/size.h"
#include "engine/upload_parts.h"

#include <memory>

namespace ks::engine {

// Quota that an upload in progress reserves before its bytes arrive, stored in its row. reserve(), commit() and release() change it within
// a transaction; an object holds it for one request and extends it as the bytes arrive, so that no byte reaches the disk without being
// counted.
class QuotaReservation {
public:
    static constexpr std::uint64_t first_step = 1_MiB;  // for a body of unknown length

    // Reserves `wanted` bytes of the owner's quota for the upload, or the remaining quota if it is at least `least`. Adds the amount to
    // `upload`; the caller must store the row. QUOTA_EXCEEDED; INVALID_TOKEN if the owner was removed or disabled.
    static Result<void> reserve(Tx& tx, Upload& upload, std::uint64_t wanted, std::uint64_t least, std::uint64_t default_quota);

    // Counts `arrived` bytes as used and releases the rest of the upload's reservation except for `left` bytes. The caller must store the
    // row.
    static void commit(Tx& tx, Upload& upload, std::uint64_t arrived, std::uint64_t left = 0);
    static void release(Tx& tx, Upload& upload) { commit(tx, upload, 0); }

    // Holds the reservation in the row of `upload`.
    QuotaReservation(std::weak_ptr<const UploadParts> parts, const Upload& upload)
        : parts_(std::move(parts)), upload_(upload.id), turn_(upload.turn), left_(upload.reserved) {}

    // Begins to release the reservation unless it is settled. Best-effort (failures are logged): otherwise the next request or the next
    // start does it.
    ~QuotaReservation();
    QuotaReservation(const QuotaReservation&) = delete;
    QuotaReservation& operator=(const QuotaReservation&) = delete;

    bool covers(std::uint64_t bytes) const { return bytes <= left_; }

    // Extends the reservation to at least `bytes`. QUOTA_EXCEEDED; NOT_FOUND if the upload was removed or taken over meanwhile.
    awaitable<Result<void>> grow_to(std::uint64_t bytes);

    void use(std::uint64_t bytes) { left_ -= bytes; }  // requires covers(bytes)
    std::uint64_t left() const { return left_; }

    void settle() { settled_ = true; }  // the row's reservation was committed or released, or the row is gone

private:
    const std::weak_ptr<const UploadParts> parts_;  // expired once Uploads is destroyed
    const FileId upload_;
    const std::uint64_t turn_;  // of this request: the row of a later one has another
    std::uint64_t left_;
    std::uint64_t step_ = first_step;
    bool settled_ = false;
};

}  // namespace ks::engine
