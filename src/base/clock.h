#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ks {

// Wall-clock time in UTC, in milliseconds.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

std::string rfc3339(Time time);                            // 2026-01-31T12:00:00.123Z
std::optional<Time> parse_rfc3339(std::string_view text);  // any offset; years 1970 to 9999 in UTC

inline std::int64_t to_millis(Time time) { return time.time_since_epoch().count(); }
inline Time from_millis(std::int64_t millis) { return Time(Duration(millis)); }

class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;  // thread-safe
};

class SystemClock final : public Clock {
public:
    Time now() const override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
};

// The system's clock with an offset, for the time that all nodes of an installation agree on.
class OffsetClock final : public Clock {
public:
    Time now() const override { return SystemClock().now() + Duration(offset_); }
    void set_offset(Duration offset) { offset_ = offset.count(); }  // thread-safe

private:
    std::atomic<std::int64_t> offset_{0};  // milliseconds
};

// Test clock that moves only by advance().
class ManualClock final : public Clock {
public:
    explicit ManualClock(Time start = from_millis(1'800'000'000'000)) : millis_(to_millis(start)) {}
    Time now() const override { return from_millis(millis_); }
    void advance(Duration by) { millis_ += by.count(); }

private:
    std::atomic<std::int64_t> millis_;
};

}  // namespace ks
