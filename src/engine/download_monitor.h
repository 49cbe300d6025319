#pragma once

#include "base/clock.h"
#include "base/size.h"
#include "model/share.h"
#include "ports/bus.h"
#include "runtime/timer_wheel.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>

namespace ks::engine {

// The fields of a download that its progress events need.
struct DownloadFacts {
    DownloadId id;
    ShareId share_id;
    FileId file_id;
    UserId owner_id;
    std::uint64_t visitor = 0;
    std::uint64_t file_size = 0;
};

// Tracks the share downloads that this node is sending. Publishes DownloadProgress to their owners, and aborts slow downloads while other
// visitors are refused because of them. Thread: a single loop. Callers pass the current time.
class DownloadMonitor {
public:
    static constexpr std::uint64_t least_rate = 8_KiB;  // bytes per second, averaged over slow_after
    static constexpr auto slow_after = std::chrono::minutes(1);
    static constexpr auto sample_interval = std::chrono::seconds(2);

    using RequestId = std::uint64_t;

    DownloadMonitor(Bus& bus, const Clock& clock, Duration progress_interval)
        : bus_(bus), clock_(clock), progress_interval_(progress_interval) {}

    // `bytes` is the request's total so far. `abort` aborts the request; it is called at most once, on the caller's loop.
    void report(const DownloadFacts& facts, RequestId request, std::uint64_t bytes, std::function<void()> abort, Steady::time_point now);
    void end_request(const DownloadFacts& facts, RequestId request, std::uint64_t bytes, Steady::time_point now);
    void end_download(const DownloadId& id);

    // A visitor was refused because every remaining download of the share is in progress.
    void note_refusal(const ShareId& share, Steady::time_point now);

    // Aborts the downloads below least_rate over slow_after, in shares with a recent refusal. Returns false once no refusal is recent: the
    // caller may stop its timer.
    bool cut_slow(Steady::time_point now);

private:
    struct Sample {
        Steady::time_point at;
        std::uint64_t bytes;
    };
    struct Request {
        std::uint64_t bytes = 0;
        std::function<void()> abort;
    };
    struct Entry {
        DownloadFacts facts;
        std::unordered_map<RequestId, Request> requests{};
        std::uint64_t bytes_of_ended = 0;
        std::deque<Sample> samples{};  // covers the last slow_after, oldest first
        Steady::time_point told{};

        std::uint64_t bytes() const;
    };

    void publish(Entry& entry, Steady::time_point now);

    Bus& bus_;
    const Clock& clock_;
    const Duration progress_interval_;
    std::unordered_map<DownloadId, Entry> entries_;
    std::unordered_map<ShareId, Steady::time_point> refusals_;  // time of the last one by share
};

}  // namespace ks::engine
