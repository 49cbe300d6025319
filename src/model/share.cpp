#include "model/share.h"

namespace ks {

std::string_view name_of(ShareState state) {
    switch (state) {
        case ShareState::Active: return "active";
        case ShareState::Expired: return "expired";
        case ShareState::UsedUp: return "used_up";
    }
    return "active";
}

ShareState Share::state(Time now) const {
    if (limit_reached()) return ShareState::UsedUp;
    if (ended_at || (expires_at && *expires_at <= now)) return ShareState::Expired;
    return ShareState::Active;
}

bool Share::has_ended(Time now) const { return (expires_at && *expires_at <= now) || (max_downloads && download_count >= *max_downloads); }

}  // namespace ks
