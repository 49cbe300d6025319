#pragma once

#include "base/size.h"
#include "ports/meta_store.h"

namespace ks {

// Reserves `wanted` bytes of the owner's quota for the upload, or the remaining quota if it is at least `least`. Adds the amount to
// `upload`; the caller must store the row. QUOTA_EXCEEDED; INVALID_TOKEN if the owner was removed or disabled.
Result<void> reserve(Tx& tx, Upload& upload, std::uint64_t wanted, std::uint64_t least, std::uint64_t default_quota);

// Commits `arrived` bytes of the upload's reservation as used and releases the remainder except for `left` bytes.
void commit_reservation(Tx& tx, Upload& upload, std::uint64_t arrived = 0, std::uint64_t left = 0);

// Quota reservation of an upload in progress. Grows with the upload, so that no byte reaches the disk without being counted.
class QuotaReservation {
public:
    // `upload` is the row that holds the reservation, `reserved` its present size in bytes.
    QuotaReservation(MetaStore& store, std::uint64_t default_quota, FileId upload, std::uint64_t reserved)
        : store_(store), default_quota_(default_quota), upload_(upload), left_(reserved) {}

    bool covers(std::uint64_t bytes) const { return bytes <= left_; }

    // Extends the reservation to at least `bytes`. QUOTA_EXCEEDED; NOT_FOUND if the upload was removed meanwhile.
    awaitable<Result<void>> grow_to(std::uint64_t bytes);

    void use(std::uint64_t bytes) { left_ -= bytes; }  // requires covers(bytes)
    std::uint64_t left() const { return left_; }

private:
    MetaStore& store_;
    const std::uint64_t default_quota_;
    const FileId upload_;
    std::uint64_t left_;
    std::uint64_t step_ = 1_MiB;
};

}  // namespace ks
