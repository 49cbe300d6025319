#pragma once

#include "runtime/suspend.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace ks {

using Steady = std::chrono::steady_clock;

// An intrusive timer: a part of its owner, free while unarmed, disarmed on destruction. Not movable.
class WheelTimer {
public:
    WheelTimer() = default;
    virtual ~WheelTimer() { disarm(); }
    WheelTimer(const WheelTimer&) = delete;
    WheelTimer& operator=(const WheelTimer&) = delete;

    bool armed() const { return next_ != nullptr; }
    void disarm();

protected:
    // Called once per arming, at the deadline or up to one tick later. May arm and disarm any timer and destroy *this.
    virtual void on_deadline(Steady::time_point now) = 0;

private:
    friend class TimerWheel;
    WheelTimer* previous_ = nullptr;
    WheelTimer* next_ = nullptr;
    std::uint32_t tick_ = 0;  // modulo 2^32
};

// A loop's timers: a hashed wheel of intrusive lists with constant cost per timer, for a million timers. Wakes the loop only at times for
// which a timer was armed, and once per revolution (41 s) for those further away. Must be used on the loop's thread. Destruction disarms
// all timers.
class TimerWheel {
public:
    static constexpr std::chrono::milliseconds tick{10};

    explicit TimerWheel(asio::io_context& loop);
    ~TimerWheel();

    void arm(WheelTimer& timer, Steady::time_point deadline);  // at most 124 days ahead; rearming replaces the deadline
    void advance(Steady::time_point now);                      // fires the due timers; called by the wheel itself

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ks
