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
    std::uint64_t download_count = 0;  // completed
    std::uint64_t downloads_under_way = 0;
    std::string password_hash{};  // empty: no password
    Time created_at{};
    std::optional<Time> ended_at{};  // set in the transaction that publishes ShareExpired
    std::uint64_t visit_count = 0;   // without those of the owner and of robots

    // Returns the state as visitors see it; it may change before ShareExpired is published.
    ShareState state(Time now) const;
    bool limit_reached() const { return max_downloads && download_count + downloads_under_way >= *max_downloads; }
    // Returns whether ShareExpired is due: no download is allowed any more, and none is in progress that could fail and be allowed again.
    bool has_ended(Time now) const;
};

// A visitor of a share. A visit lasts 30 minutes.
inline constexpr auto visit_length = std::chrono::minutes(30);

struct Visitor {
    ShareId share_id;
    std::string key;  // hash of the cookie ks_visit or else of address and User-Agent
    Time visit_started{};
    bool unlocked = false;     // entered the password
    bool downloaded = false;   // completed a download in this visit, so further ranges are free
    std::uint64_t number = 0;  // within the share, from 1; 0: not counted as a visitor (robots)
    ByteRanges sent{};         // in this visit, by interrupted downloads
};

// A download of a share in progress. Range requests of one visitor belong to the same download.
struct Download {
    DownloadId id;
    ShareId share_id;
    std::string visitor_key;
    std::uint64_t visitor = 0;  // its number in the share
    bool announced = false;     // DownloadStarted was published
    bool complete = false;      // it is counted; requests may still be open
    ByteRanges sent{};          // by its finished requests
};

// The bytes of a file sent for one request.
struct SentRange {
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};

// A request of a download whose content is being sent.
struct DownloadRequest {
    DownloadRequestId id;
    DownloadId download_id;
    NodeId node;                        // that sends it
    std::optional<SentRange> ending{};  // its range, once the last piece may have been sent
};

// Aggregation of a share's visit events: the first of an hour are published individually, the others as sums.
struct VisitSum {
    ShareId share_id;
    Time hour_started{};
    std::uint64_t told = 0;  // published individually in that hour
    std::uint64_t pending = 0;
    Time pending_since{};
};

}  // namespace ks
