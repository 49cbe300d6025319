#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/siphash.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace ks::edge {

struct Rate {
    double per_second;
    double burst;
};

// Rate limiter by key (an address, a share and an address …) in constant memory. A keyed hash selects one cell of a fixed table; a cell
// holds the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371). Thread-safe and lock-free. Keys that collide share a
// cell and its limit: one pair in 65,536.
class RateLimit {
public:
    explicit RateLimit(Rate rate);

    // Takes one event now. Returns false if that exceeds the rate.
    bool take(std::string_view key, Time now);
    void refund(std::string_view key);

    // Queues one event: always counted. Returns the delay until its turn, zero within the rate. Undo with refund().
    Duration reserve(std::string_view key, Time now);

    // Returns RATE_LIMITED with Retry-After: the time until one event is available.
    Error refusal(const std::string& what) const;

    std::chrono::microseconds interval() const { return std::chrono::microseconds(interval_); }    // per event
    std::chrono::microseconds tolerance() const { return std::chrono::microseconds(tolerance_); }  // maximum lead over now

private:
    static constexpr std::size_t cells = 1 << 16;

    std::atomic<std::int64_t>& cell(std::string_view key);

    const std::int64_t interval_;   // microseconds per event
    const std::int64_t tolerance_;  // maximum lead of a cell over now, in microseconds
    SipKey key_;
    std::unique_ptr<std::array<std::atomic<std::int64_t>, cells>> table_;
};

// Rate limiter of a single owner; stores only its theoretical arrival time. Not thread-safe.
class TokenBucket {
public:
    bool take(Rate rate, Time now);  // `rate` must not change between calls

private:
    std::int64_t arrival_ = 0;  // microseconds
};

}  // namespace ks::edge
