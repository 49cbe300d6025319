#pragma once

#include "base/size.h"
#include "ports/meta_store.h"

namespace ks {

// Sets `wanted` bytes of the owner's quota aside for the upload, or what is left of it where that is at least `least`; noted in `upload`,
// whose row the caller keeps. QUOTA_EXCEEDED; INVALID_TOKEN for an owner who is gone or disabled.
Result<void> set_aside(Tx& tx, Upload& upload, std::uint64_t wanted, std::uint64_t least, std::uint64_t default_quota);

// Of what is set aside, `arrived` bytes are used from now on; all but `left` of the rest is given back.
void settle(Tx& tx, Upload& upload, std::uint64_t arrived = 0, std::uint64_t left = 0);

// What is set aside of a quota for bytes that are arriving. It grows as they come: nobody's bytes go to the disk uncounted.
class Allowance {
public:
    // `upload` is the row that carries it, `set_aside` what it has already.
    Allowance(MetaStore& store, std::uint64_t default_quota, FileId upload, std::uint64_t set_aside)
        : store_(store), default_quota_(default_quota), upload_(upload), left_(set_aside) {}

    bool covers(std::uint64_t bytes) const { return bytes <= left_; }

    // More is set aside so that it covers `bytes`. QUOTA_EXCEEDED; NOT_FOUND when the upload is gone meanwhile.
    awaitable<Result<void>> grow_to(std::uint64_t bytes);

    void use(std::uint64_t bytes) { left_ -= bytes; }  // that it covers
    std::uint64_t left() const { return left_; }

private:
    MetaStore& store_;
    const std::uint64_t default_quota_;
    const FileId upload_;
    std::uint64_t left_;
    std::uint64_t step_ = 1_MiB;
};

}  // namespace ks
