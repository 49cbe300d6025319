#include "edge/realtime.h"

#include <boost/asio/steady_timer.hpp>

namespace ks {

namespace {

// Concurrent journal reads per loop. When thousands of clients reconnect at once, the database must stay available to other requests.
constexpr unsigned reads_at_a_time = 16;

// On shutdown each connection gets a different reconnect delay, to avoid a thundering herd: spaced by returns_a_core per connection of a
// loop, spread over shortest_return if there are few.
constexpr Duration returns_a_core{2};
constexpr Duration shortest_return{1000};

}  // namespace

Realtime::Realtime(EventLoops& loops, Accounts& accounts, Shares& shares, Presence& presence, History& history, const Clock& clock,
                   RealtimeSettings settings, ConnectionLimits limits)
    : loops_(loops),
      accounts_(accounts),
      shares_(shares),
      history_(history),
      clock_(clock),
      settings_(settings),
      connections_(loops.loop(0), presence, limits) {
    for (unsigned loop = 0; loop < loops.count(); ++loop) {
        journal_reads_.emplace_back(reads_at_a_time);
        hubs_.push_back(std::make_unique<Hub>());
        auto syscalls = settings_.io_uring ? net::io_uring_syscalls() : net::plain_syscalls();
        engines_.push_back(std::make_unique<net::WsEngine>(loops.loop(loop), loops.wheel(loop), std::move(syscalls), settings_.socket));
    }
}

Realtime::~Realtime() = default;

awaitable<Admission> Realtime::admit(std::string address, std::optional<Actor> user) {
    auto admit = [this, address = std::move(address), user = std::move(user)] { return connections_.admit(address, user); };
    return run_on(loops_.loop(0), std::move(admit));
}

awaitable<Result<CountedUser>> Realtime::sign_in(Actor user) {
    auto sign_in = [this, user = std::move(user)] { return connections_.sign_in(user); };
    return run_on(loops_.loop(0), std::move(sign_in));
}

// One post per loop for the whole list: the loop flushes events that were committed together in one batch.
void Realtime::publish(BusMessages messages) {
    for (unsigned loop = 0; loop < loops_.count(); ++loop) {
        auto deliver = [hub = hubs_[loop].get(), list = std::vector(messages.begin(), messages.end())] {
            for (const auto& message : list) hub->publish(*message);
        };
        asio::post(loops_.loop(loop), std::move(deliver));
    }
}

void Realtime::shut_down() {
    for (unsigned loop = 0; loop < loops_.count(); ++loop) {
        auto tell = [hub = hubs_[loop].get(), loop, loop_count = loops_.count()] {
            const auto count = static_cast<std::int64_t>(hub->count());
            const Duration time = std::max(shortest_return, returns_a_core * count);
            std::int64_t number = 0;
            hub->for_each(
                [&](Subscriber& subscriber) { subscriber.shut_down(time * (++number * loop_count - loop) / (count * loop_count)); });
        };
        asio::post(loops_.loop(loop), std::move(tell));
    }
}

awaitable<void> Realtime::wait_until_empty(Duration longest) {
    asio::steady_timer timer(loops_.loop(0));
    for (auto deadline = Steady::now() + longest; Steady::now() < deadline;) {
        std::size_t left = 0;
        for (unsigned loop = 0; loop < loops_.count(); ++loop) {
            auto count = [this, loop] { return engines_[loop]->count(); };
            left += co_await run_on(loops_.loop(loop), std::move(count));
        }
        if (left == 0) co_return;
        timer.expires_after(std::chrono::milliseconds(10));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

awaitable<std::size_t> Realtime::remove_silent() {
    std::size_t removed = 0;
    for (unsigned loop = 0; loop < loops_.count(); ++loop) {
        auto remove = [this, loop] {
            // A live peer sends at least a pong per ping interval.
            auto since = Steady::now() - settings_.socket.ping_interval * 3 / 2;
            std::size_t count = 0;
            hubs_[loop]->for_each([&](Subscriber& subscriber) { count += subscriber.end_if_silent(since); });
            return count;
        };
        removed += co_await run_on(loops_.loop(loop), std::move(remove));
    }
    co_return removed;
}

}  // namespace ks
