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

private:
    static constexpr std::size_t cells = 1 << 16;

    std::atomic<std::int64_t>& cell(std::string_view key);

    const std::int64_t interval_;   // microseconds per event
    const std::int64_t tolerance_;  // maximum lead of a cell over now, in microseconds
    SipKey key_;
    std::unique_ptr<std::array<std::atomic<std::int64_t>, cells>> table_;
};

// Two limits on guesses at one secret: by a narrow key (an account and a network) and by a wide one (the network). Thread-safe.
class GuessLimit {
public:
    GuessLimit(Rate narrow, Rate wide) : narrow_(narrow), wide_(wide) {}

    enum class Exceeded : std::uint8_t { None, Narrow, Wide };

    // Takes one guess from both limits, or from neither. Returns the limit that was exceeded.
    Exceeded take(std::string_view narrow_key, std::string_view wide_key, Time now);
    void refund(std::string_view narrow_key, std::string_view wide_key);

    Error refusal(Exceeded exceeded, const std::string& what) const;  // RATE_LIMITED; `exceeded` must not be None

private:
    RateLimit narrow_;
    RateLimit wide_;
};

// Rate limiter of a single owner; stores only its theoretical arrival time. Not thread-safe.
class TokenBucket {
public:
    bool take(Rate rate, Time now);  // `rate` must not change between calls

private:
    std::int64_t arrival_ = 0;  // microseconds
};

}  // namespace ks::edge
