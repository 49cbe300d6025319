#pragma once

#include "base/clock.h"
#include "model/share.h"
#include "ports/bus.h"
#include "runtime/timer_wheel.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>

namespace ks {

// Which download it is, for those who are told of it.
struct DownloadFacts {
    DownloadId id;
    ShareId share_id;
    FileId file_id;
    UserId owner_id;
    std::uint64_t visitor = 0;
    std::uint64_t file_size = 0;
};

// The downloads of shares that this node is sending: tells their owners how far they are (DownloadProgress), and cuts those that are slow
// while others are refused because of them. Thread: one core, whichever calls it. The time is passed in.
class DownloadMonitor {
public:
    static constexpr std::uint64_t least_rate = 8 * 1024;  // bytes a second, over slow_after
    static constexpr auto slow_after = std::chrono::minutes(1);
    static constexpr auto sample_interval = std::chrono::seconds(2);

    using RequestId = std::uint64_t;

    DownloadMonitor(Bus& bus, const Clock& clock, Duration progress_interval)
        : bus_(bus), clock_(clock), progress_interval_(progress_interval) {}

    // A request of the download has been sent so many bytes by now. `cut` ends it; it is called at most once, on the caller's core.
    void report(const DownloadFacts& facts, RequestId request, std::uint64_t bytes, std::function<void()> cut, Steady::time_point now);
    void end_request(const DownloadFacts& facts, RequestId request, std::uint64_t bytes, Steady::time_point now);
    void end_download(const DownloadId& id);

    // Somebody is refused at a share whose last downloads are under way.
    void note_refusal(const ShareId& share, Steady::time_point now);

    // Cuts the downloads that stand in others' way and were slow for a minute. False when there is nothing to look at any more.
    bool cut_slow(Steady::time_point now);

private:
    struct Sample {
        Steady::time_point at;
        std::uint64_t bytes;
    };
    struct Request {
        std::uint64_t bytes = 0;
        std::function<void()> cut;
    };
    struct Entry {
        DownloadFacts facts;
        std::unordered_map<RequestId, Request> requests{};
        std::uint64_t bytes_of_ended = 0;
        std::deque<Sample> samples{};  // of the last minute, oldest first
        Steady::time_point told{};

        std::uint64_t bytes() const;
    };

    void tell(Entry& entry, Steady::time_point now);

    Bus& bus_;
    const Clock& clock_;
    const Duration progress_interval_;
    std::unordered_map<DownloadId, Entry> entries_;
    std::unordered_map<ShareId, Steady::time_point> refusals_;  // the last of each share
};

}  // namespace ks
