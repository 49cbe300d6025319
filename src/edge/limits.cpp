#include "edge/limits.h"

#include "base/crypto.h"

#include <algorithm>

namespace ks::edge {

RateLimit::RateLimit(Rate rate)
    : interval_(static_cast<std::int64_t>(1e6 / rate.per_second)),
      tolerance_(static_cast<std::int64_t>((rate.burst - 1) * 1e6 / rate.per_second)),
      table_(std::make_unique<std::array<std::atomic<std::int64_t>, cells>>()) {
    random_bytes(std::as_writable_bytes(std::span(key_)));
}

std::atomic<std::int64_t>& RateLimit::cell(std::string_view key) { return (*table_)[siphash(key_, key) % cells]; }

bool RateLimit::take(std::string_view key, Time now) {
    auto& theoretical_arrival = cell(key);
    std::int64_t micros = to_millis(now) * 1000;
    std::int64_t before = theoretical_arrival.load(std::memory_order_relaxed);
    while (true) {
        bool clock_was_set_back = before > micros + tolerance_ + interval_;
        if (!clock_was_set_back && before > micros + tolerance_) return false;
        if (theoretical_arrival.compare_exchange_weak(before, (clock_was_set_back ? micros : std::max(before, micros)) + interval_,
                                                      std::memory_order_relaxed))
            return true;
    }
}

Duration RateLimit::reserve(std::string_view key, Time now) {
    auto& theoretical_arrival = cell(key);
    std::int64_t micros = to_millis(now) * 1000;
    std::int64_t before = theoretical_arrival.load(std::memory_order_relaxed);
    while (!theoretical_arrival.compare_exchange_weak(before, std::max(before, micros) + interval_, std::memory_order_relaxed)) {
    }
    return std::chrono::ceil<Duration>(std::chrono::microseconds(std::max<std::int64_t>(0, before - micros - tolerance_)));
}

void RateLimit::refund(std::string_view key) { cell(key).fetch_sub(interval_, std::memory_order_relaxed); }

Error RateLimit::refusal(const std::string& what) const {
    auto wait = std::chrono::ceil<std::chrono::seconds>(std::chrono::microseconds(interval_));
    return Error{.code = ErrorCode::RateLimited,
                 .message = what + "; try again in " + std::to_string(wait.count()) + (wait.count() == 1 ? " second" : " seconds"),
                 .retry_after = wait};
}

bool TokenBucket::take(Rate rate, Time now) {
    auto interval = static_cast<std::int64_t>(1e6 / rate.per_second);
    auto burst = static_cast<std::int64_t>(rate.burst * 1e6 / rate.per_second);
    std::int64_t micros = to_millis(now) * 1000;
    arrival_ = std::clamp(arrival_, micros, micros + burst);  // stays between full and empty even if the clock is set back
    if (arrival_ + interval > micros + burst) return false;
    arrival_ += interval;
    return true;
}

}  // namespace ks::edge
