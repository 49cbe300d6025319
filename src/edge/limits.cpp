#include "edge/limits.h"

#include "base/crypto.h"

#include <algorithm>
#include <span>

namespace ks {

namespace {

std::uint64_t random_seed() {
    std::uint64_t seed;
    random_bytes(std::as_writable_bytes(std::span(&seed, 1)));
    return seed;
}

}  // namespace

RateLimit::RateLimit(double per_second, double burst)
    : interval_(static_cast<std::int64_t>(1e6 / per_second)),
      tolerance_(static_cast<std::int64_t>((burst - 1) * 1e6 / per_second)),
      seed_(random_seed()),
      table_(std::make_unique<std::array<std::atomic<std::int64_t>, cells>>()) {}

std::atomic<std::int64_t>& RateLimit::cell(std::string_view key) {
    std::uint64_t hash = std::hash<std::string_view>{}(key) ^ seed_;
    hash *= 0x9e3779b97f4a7c15ULL;  // the golden ratio: spreads what the seed has mixed in
    return (*table_)[hash >> 48];
}

bool RateLimit::take(std::string_view key, Time now) {
    auto& theoretical_arrival = cell(key);
    std::int64_t micros = to_millis(now) * 1000;
    std::int64_t before = theoretical_arrival.load(std::memory_order_relaxed);
    while (true) {
        if (before > micros + tolerance_) return false;
        if (theoretical_arrival.compare_exchange_weak(before, std::max(before, micros) + interval_, std::memory_order_relaxed)) return true;
    }
}

void RateLimit::give_back(std::string_view key) { cell(key).fetch_sub(interval_, std::memory_order_relaxed); }

Duration RateLimit::retry_after() const { return Duration(interval_ / 1000 + 1); }

bool TokenBucket::take(Time now) {
    double elapsed = std::chrono::duration<double>(now - seen_).count();
    seen_ = now;
    left_ = std::min(burst_, left_ + std::max(0.0, elapsed) * rate_);
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
}

}  // namespace ks
