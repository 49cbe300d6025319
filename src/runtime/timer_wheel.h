#pragma once

#include "runtime/suspend.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace ks {

using Steady = std::chrono::steady_clock;

// A deadline in a wheel: part of its owner, costs nothing while unarmed, disarms itself when destroyed. Not movable.
class WheelTimer {
public:
    WheelTimer() = default;
    virtual ~WheelTimer() { disarm(); }
    WheelTimer(const WheelTimer&) = delete;
    WheelTimer& operator=(const WheelTimer&) = delete;

    bool armed() const { return next_ != nullptr; }
    void disarm();

protected:
    // Called once per arming, at the deadline or up to one tick later. May arm any timer, disarm any timer and destroy *this.
    virtual void on_deadline(Steady::time_point now) = 0;

private:
    friend class TimerWheel;
    WheelTimer* previous_ = nullptr;
    WheelTimer* next_ = nullptr;
    std::uint32_t tick_ = 0;  // modulo 2^32
};

// A core's deadlines, a million of them at constant cost each: a hashed wheel of intrusive lists. It wakes the core only at moments
// for which a timer was armed, and once a revolution (41 s) for those further away. One core's thread alone. A wheel that goes
// disarms its timers.
class TimerWheel {
public:
    static constexpr std::chrono::milliseconds tick{10};

    explicit TimerWheel(asio::io_context& core);
    ~TimerWheel();

    void arm(WheelTimer& timer, Steady::time_point deadline);  // at most 124 days ahead; again: the new deadline counts
    void advance(Steady::time_point now);                      // fires what is due; the wheel calls it itself

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ks
