#include "runtime/timer_wheel.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace ks {
namespace {

using namespace std::chrono_literals;

struct Timer final : WheelTimer {
    explicit Timer(std::function<void()> action = {}) : action(std::move(action)) {}
    void on_deadline(Steady::time_point) override {
        ++fired;
        if (action) action();
    }
    std::function<void()> action;
    int fired = 0;
};

struct TimerWheelTest : testing::Test {
    asio::io_context loop{1};
    TimerWheel wheel{loop};
    Steady::time_point start = Steady::now();
};

TEST_F(TimerWheelTest, FiresAtItsDeadlineOrWithinATickOfIt) {
    Timer timer;
    wheel.arm(timer, start + 100ms);
    EXPECT_TRUE(timer.armed());
    wheel.advance(start + 99ms);
    EXPECT_EQ(timer.fired, 0);
    wheel.advance(start + 100ms + TimerWheel::tick);
    EXPECT_EQ(timer.fired, 1);
    EXPECT_FALSE(timer.armed());
    wheel.advance(start + 1h);
    EXPECT_EQ(timer.fired, 1);
}

TEST_F(TimerWheelTest, ADeadlineManyRevolutionsAwayIsKept) {
    Timer far, near;
    wheel.arm(far, start + 10min);
    wheel.arm(near, start + 1s);
    for (auto at = start; at < start + 10min; at += 7s) wheel.advance(at);
    EXPECT_EQ(near.fired, 1);
    EXPECT_EQ(far.fired, 0);
    wheel.advance(start + 10min + TimerWheel::tick);
    EXPECT_EQ(far.fired, 1);
}

TEST_F(TimerWheelTest, AJumpOverManyRevolutionsFiresAllThatIsDue) {
    std::vector<std::unique_ptr<Timer>> timers;
    for (int i = 0; i < 1000; ++i) {
        timers.push_back(std::make_unique<Timer>());
        wheel.arm(*timers.back(), start + i * 333ms);
    }
    wheel.advance(start + 200s);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(timers[i]->fired, i * 333ms < 200s ? 1 : 0) << i;
    wheel.advance(start + 400s);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(timers[i]->fired, 1) << i;
}

TEST_F(TimerWheelTest, ArmingAgainMovesTheDeadline) {
    Timer timer;
    wheel.arm(timer, start + 50ms);
    wheel.arm(timer, start + 500ms);
    wheel.advance(start + 400ms);
    EXPECT_EQ(timer.fired, 0);
    wheel.arm(timer, start + 410ms);
    wheel.advance(start + 430ms);
    EXPECT_EQ(timer.fired, 1);
}

TEST_F(TimerWheelTest, WhatIsDisarmedOrDestroyedDoesNotFire) {
    Timer disarmed;
    wheel.arm(disarmed, start + 50ms);
    disarmed.disarm();
    disarmed.disarm();
    {
        Timer destroyed;
        wheel.arm(destroyed, start + 50ms);
    }
    wheel.advance(start + 1s);
    EXPECT_EQ(disarmed.fired, 0);
}

TEST_F(TimerWheelTest, APastDeadlineFiresAtTheNextTick) {
    wheel.advance(start + 1s);
    Timer timer;
    wheel.arm(timer, start);
    wheel.advance(start + 1s + 2 * TimerWheel::tick);
    EXPECT_EQ(timer.fired, 1);
}

TEST_F(TimerWheelTest, AFiringTimerMayDestroyItselfAndOthersAndArmAnew) {
    auto victim = std::make_unique<Timer>();
    std::unique_ptr<Timer> self;
    self = std::make_unique<Timer>([&] {
        victim.reset();
        self.reset();
    });
    Timer late;
    int rounds = 0;
    Timer again;
    again.action = [&] {
        if (++rounds < 3) wheel.arm(again, start + 50ms);  // past: fires at the next tick
        late.disarm();
        wheel.arm(late, start + 70ms);
    };
    wheel.arm(*self, start + 50ms);
    wheel.arm(*victim, start + 50ms);
    wheel.arm(again, start + 50ms);
    wheel.arm(late, start + 50ms);
    wheel.advance(start + 1s);
    EXPECT_FALSE(self);
    EXPECT_FALSE(victim);
    EXPECT_EQ(rounds, 3);
    EXPECT_GE(late.fired, 1);
}

TEST_F(TimerWheelTest, FiresInTimeAlsoAfterYears) {
    constexpr auto years = 24h * 365 * 5;
    for (auto since = years; since < years + 24h * 500; since += 24h * 100) {
        wheel.advance(start + since);
        Timer soon, later;
        wheel.arm(soon, start + since + 1s);
        wheel.arm(later, start + since + 24h);
        wheel.advance(start + since + 1s + TimerWheel::tick);
        EXPECT_EQ(soon.fired, 1);
        wheel.advance(start + since + 24h - TimerWheel::tick);
        EXPECT_EQ(later.fired, 0);
        wheel.advance(start + since + 24h + TimerWheel::tick);
        EXPECT_EQ(later.fired, 1);
    }
}

TEST_F(TimerWheelTest, TheCoreIsWokenForItAndRunsOutWhenNothingIsArmed) {
    std::vector<int> order;
    Timer second([&] { order.push_back(2); }), first([&] { order.push_back(1); });
    wheel.arm(second, start + 40ms);
    wheel.arm(first, start + 20ms);  // earlier than the pending wake-up
    loop.run();
    EXPECT_EQ(order, (std::vector<int>{1, 2}));
    EXPECT_GE(Steady::now(), start + 40ms);
    EXPECT_LT(Steady::now(), start + 5s);
}

TEST(TimerWheel, MayGoBeforeItsTimersAndItsCore) {
    asio::io_context loop{1};
    Timer timer;
    {
        TimerWheel wheel(loop);
        wheel.arm(timer, Steady::now() + 1ms);
    }
    EXPECT_FALSE(timer.armed());
    loop.run();
    EXPECT_EQ(timer.fired, 0);
}

}  // namespace
}  // namespace ks
