#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "model/byte_ranges.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ks {

enum class ShareState : std::uint8_t { Active, Expired, UsedUp };

std::string_view name_of(ShareState state);

struct Share {
    ShareId id;
    FileId file_id;
    UserId owner_id;
    std::string token;
    std::optional<Time> expires_at{};
    std::optional<std::uint64_t> max_downloads{};
    std::uint64_t download_count = 0;  // done
    std::uint64_t downloads_under_way = 0;
    std::string password_hash{};  // empty: none
    Time created_at{};
    std::optional<Time> ended_at{};  // set with ShareExpired, in one transaction
    std::uint64_t visit_count = 0;   // not the owner's own and not those of robots

    // As a visitor meets it: also when the time is past and ShareExpired is still to come.
    ShareState state(Time now) const;
    bool limit_reached() const { return max_downloads && download_count + downloads_under_way >= *max_downloads; }
    // Nothing can be downloaded any more and no download is under way that could break off: time for ShareExpired.
    bool has_ended(Time now) const;
};

// One visitor's 30 minutes at one share.
inline constexpr auto visit_length = std::chrono::minutes(30);

struct Visitor {
    ShareId share_id;
    std::string key;  // a hash: of the cookie ks_visit, else of address and User-Agent
    Time visit_started{};
    bool unlocked = false;     // gave the password
    bool downloaded = false;   // has completed a download in this visit, so further ranges are free
    std::uint64_t number = 0;  // within the share, from 1; 0: not known as a visitor (robots)
    ByteRanges sent{};         // in this visit, by downloads that broke off before they were complete
};

// A download of a share that is under way. The requests of one visitor that ask for ranges belong together.
struct Download {
    DownloadId id;
    ShareId share_id;
    std::string visitor_key;
    std::uint64_t visitor = 0;  // its number
    std::uint64_t open_requests = 0;
    bool announced = false;  // DownloadStarted was told
    bool complete = false;   // it counts; requests may still be open
    ByteRanges sent{};       // by those of its requests that have ended
};

// How the visits of a share are told: some one by one, the others as sums.
struct VisitSum {
    ShareId share_id;
    Time hour_started{};
    std::uint64_t told = 0;  // one by one, in that hour
    std::uint64_t pending = 0;
    Time pending_since{};
};

}  // namespace ks
