#include "engine/quota_reservation.h"

#include "base/log.h"

#include <algorithm>
#include <limits>

namespace ks::engine {

namespace {

constexpr std::uint64_t largest_step = 64_MiB;
constexpr std::uint64_t row_bytes = 1_KiB;  // quota charged for each unfinished upload and each empty file

}  // namespace

Result<void> QuotaReservation::reserve(Tx& tx, Upload& upload, std::uint64_t wanted, std::uint64_t least, std::uint64_t default_quota) {
    auto user = tx.users().lock(upload.owner_id);
    if (!user || user->disabled) return fail(ErrorCode::InvalidToken, "This account is no longer active");
    std::uint64_t quota = user->quota_bytes ? user->quota_bytes : default_quota;
    std::uint64_t room = std::numeric_limits<std::uint64_t>::max();
    if (quota) {
        std::uint64_t rows = tx.uploads().count_unfinished(user->id, upload.id) + tx.files().count_empty(user->id);
        room = quota - std::min(quota, user->used_bytes + user->reserved_bytes + rows * row_bytes);
        if (room == 0) least = std::max<std::uint64_t>(least, 1);  // an empty file needs some quota too
    }
    std::uint64_t granted = std::min(wanted, room);
    if (granted < least || !tx.users().reserve(user->id, granted, default_quota)) {
        return fail(ErrorCode::QuotaExceeded, "Storage quota exceeded; delete files or ask the administrator for more space");
    }
    upload.reserved += granted;
    return {};
}

void QuotaReservation::commit(Tx& tx, Upload& upload, std::uint64_t arrived, std::uint64_t left) {
    std::uint64_t kept = std::min(left, upload.reserved);
    tx.users().commit_reservation(upload.owner_id, upload.reserved - kept, arrived);
    upload.reserved = kept;
}

QuotaReservation::~QuotaReservation() {
    auto parts = parts_.lock();
    if (settled_ || !parts) return;
    auto refund = [id = upload_, turn = turn_](Tx& tx) -> Result<void> {
        auto upload = tx.uploads().lock(id);
        if (!upload || upload->finished || upload->turn != turn) return {};
        release(tx, *upload);
        upload->node.reset();
        tx.uploads().update(*upload);
        return {};
    };
    auto done = [](const Result<void>& released) {
        if (!released) log::warning("a quota reservation could not be released yet", {{"reason", released.error().detail}});
    };
    parts->store.write(std::move(refund), std::move(done));
}

awaitable<Result<void>> QuotaReservation::grow_to(std::uint64_t bytes) {
    if (covers(bytes)) co_return Result<void>{};
    auto parts = parts_.lock();
    KS_ASSERT(parts);
    std::uint64_t least = bytes - left_;
    auto grow = [id = upload_, turn = turn_, least, wanted = std::max(least, step_),
                 quota = parts->settings.quota_bytes](Tx& tx) -> Result<std::uint64_t> {
        auto upload = tx.uploads().lock(id);
        if (!upload || upload->turn != turn) return fail(ErrorCode::NotFound, "This upload no longer exists");
        std::uint64_t before = upload->reserved;
        KS_CHECK(reserve(tx, *upload, wanted, least, quota));
        tx.uploads().update(*upload);
        return upload->reserved - before;
    };
    KS_CO_TRY(std::uint64_t granted, co_await write(parts->store, std::move(grow)));
    left_ += granted;
    step_ = std::min(step_ * 2, largest_step);
    co_return Result<void>{};
}

}  // namespace ks::engine
