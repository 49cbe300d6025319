#include "runtime/timer_wheel.h"

#include "base/result.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace ks {

void WheelTimer::disarm() {
    if (!armed()) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = nullptr;
}

// Tick n is the time epoch + n * tick. A timer is kept in the slot of its tick modulo the number of slots; if it is a revolution or more
// away, it is put back when the slot is reached. The alarm sleeps until the next occupied slot, not from tick to tick.
struct TimerWheel::Impl {
    static constexpr std::int64_t slots = 4096;                      // 41 s per revolution: few pings and idle timeouts need a second one
    static constexpr std::int64_t furthest = std::int64_t{1} << 30;  // within half the range of tick_, so that comparing two is unambiguous
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    struct List final : WheelTimer {
        List() { previous_ = next_ = this; }
        ~List() override {
            while (!empty()) next_->disarm();
        }
        bool empty() const { return next_ == this; }
        WheelTimer& front() { return *next_; }
        void push_back(WheelTimer& timer) {
            timer.previous_ = previous_;
            timer.next_ = this;
            previous_->next_ = &timer;
            previous_ = &timer;
        }
        void take_all(List& other) {
            if (other.empty()) return;
            next_ = other.next_;
            previous_ = other.previous_;
            next_->previous_ = previous_->next_ = this;
            other.next_ = other.previous_ = &other;
        }
        void on_deadline(Steady::time_point) override {}
    };

    explicit Impl(asio::io_context& loop) : alarm(loop) {}

    std::int64_t tick_at_or_before(Steady::time_point when) const {
        return std::chrono::floor<std::chrono::milliseconds>(when - epoch) / tick;
    }
    std::int64_t tick_at_or_after(Steady::time_point when) const {
        return (std::chrono::ceil<std::chrono::milliseconds>(when - epoch).count() + tick.count() - 1) / tick.count();
    }

    void put(WheelTimer& timer) {
        auto slot = static_cast<std::size_t>(timer.tick_ % slots);
        lists[slot].push_back(timer);
        occupied[slot / 64] |= std::uint64_t{1} << (slot % 64);
    }

    // Returns the first tick in [from, to] with a slot that may hold a timer, or `never`.
    std::int64_t next_occupied(std::int64_t from, std::int64_t to) const {
        to = std::min(to, from + slots - 1);
        while (from <= to) {
            auto slot = static_cast<std::size_t>(from % slots);
            if (auto ahead = occupied[slot / 64] >> (slot % 64)) {
                auto found = from + std::countr_zero(ahead);
                return found <= to ? found : never;
            }
            from += 64 - static_cast<std::int64_t>(slot % 64);
        }
        return never;
    }

    void fire_slot(std::int64_t at, std::int64_t until, Steady::time_point now) {
        auto slot = static_cast<std::size_t>(at % slots);
        occupied[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
        List firing;
        firing.take_all(lists[slot]);
        while (!firing.empty()) {
            WheelTimer& timer = firing.front();
            timer.disarm();
            if (static_cast<std::int32_t>(timer.tick_ - static_cast<std::uint32_t>(until)) <= 0)
                timer.on_deadline(now);
            else
                put(timer);
        }
    }

    void sleep_until(std::int64_t at, TimerWheel& wheel) {
        wakes_at = at;
        if (at == never) {
            alarm.cancel();
            return;
        }
        alarm.expires_at(epoch + at * tick);
        alarm.async_wait([&wheel, alive = std::weak_ptr<int>(alive)](const boost::system::error_code& cancelled) {
            if (!cancelled && !alive.expired()) wheel.advance(Steady::now());
        });
    }

    const Steady::time_point epoch = Steady::now();
    std::int64_t done = 0;  // all ticks up to this one have fired
    std::int64_t wakes_at = never;
    bool advancing = false;
    std::array<List, slots> lists;
    std::array<std::uint64_t, slots / 64> occupied{};
    asio::steady_timer alarm;
    std::shared_ptr<int> alive = std::make_shared<int>();
};

TimerWheel::TimerWheel(asio::io_context& loop) : impl_(std::make_unique<Impl>(loop)) {}
TimerWheel::~TimerWheel() = default;

void TimerWheel::arm(WheelTimer& timer, Steady::time_point deadline) {
    timer.disarm();
    auto at = std::clamp(impl_->tick_at_or_after(deadline), impl_->done + 1, impl_->done + Impl::furthest);
    timer.tick_ = static_cast<std::uint32_t>(at);
    impl_->put(timer);
    if (!impl_->advancing && at < impl_->wakes_at) impl_->sleep_until(at, *this);
}

void TimerWheel::advance(Steady::time_point now) {
    KS_ASSERT(!impl_->advancing);
    impl_->advancing = true;
    auto until = impl_->tick_at_or_before(now);
    impl_->done = std::max(impl_->done, until - Impl::slots);
    while (true) {
        auto at = impl_->next_occupied(impl_->done + 1, until);
        if (at == Impl::never) break;
        impl_->done = at;
        impl_->fire_slot(at, until, now);
    }
    impl_->done = std::max(impl_->done, until);
    impl_->advancing = false;
    impl_->sleep_until(impl_->next_occupied(impl_->done + 1, Impl::never), *this);
}

}  // namespace ks
