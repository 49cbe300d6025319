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

namespace ks {

// How often something may happen, per key (an address, a share and an address …), in constant memory: a keyed hash picks one cell of a
// fixed table, a cell is the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371). From any thread, without a lock.
// Keys that share a cell share their allowance: one pair in 65,536.
class RateLimit {
public:
    RateLimit(double per_second, double burst);

    // One more, now; false when that is above the rate.
    bool take(std::string_view key, Time now);
    void give_back(std::string_view key);

    // One more, at its turn: counted in any case. Returns how long the caller must wait for it; zero within the rate.
    Duration reserve(std::string_view key, Time now);

    // RATE_LIMITED with the time until there is room for one again.
    Error refusal(const std::string& what) const;

private:
    static constexpr std::size_t cells = 1 << 16;

    std::atomic<std::int64_t>& cell(std::string_view key);

    const std::int64_t interval_;   // microseconds that one takes
    const std::int64_t tolerance_;  // how far ahead of now a cell may be
    SipKey key_;
    std::unique_ptr<std::array<std::atomic<std::int64_t>, cells>> table_;
};

struct Rate {
    double per_second;
    double burst;
};

// The same for one holder, who keeps no more than its theoretical arrival time.
class TokenBucket {
public:
    bool take(Rate rate, Time now);  // always the same rate

private:
    std::int64_t arrival_ = 0;  // microseconds
};

}  // namespace ks
