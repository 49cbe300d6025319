#include "edge/realtime.h"

#include <boost/asio/steady_timer.hpp>

namespace ks::edge {

namespace {

// On shutdown each connection gets a different reconnect delay, to avoid a thundering herd: spaced by returns_a_core per connection of a
// loop, spread over shortest_return if there are few.
constexpr Duration returns_a_core{2};
constexpr Duration shortest_return{1000};

std::vector<engine::ConnectionObserver*> observers(engine::Presence& presence, engine::StreamTails* tails) {
    std::vector<engine::ConnectionObserver*> all{&presence};
    if (tails) all.push_back(tails);
    return all;
}

}  // namespace

Realtime::Realtime(EventLoops& loops, engine::Sessions& sessions, engine::Shares& shares, engine::Presence& presence,
                   engine::StreamTails* tails, engine::History& history, Bus& bus, const Clock& clock, RealtimeSettings settings,
                   ConnectionLimits limits)
    : loops_(loops),
      settings_(settings),
      connections_(loops.loop(0), observers(presence, tails), limits),
      authenticator_(sessions, shares, connections_, loops.loop(0), presence, tails) {
    for (unsigned loop = 0; loop < loops.count(); ++loop) {
        StreamReader& streams = streams_.emplace_back(history);
        Hub& hub = *hubs_.emplace_back(std::make_unique<Hub>(bus));
        services_.push_back({loops.loop(loop), hub, streams, authenticator_, clock, settings_});
        auto syscalls = settings_.io_uring ? net::io_uring_syscalls() : net::plain_syscalls();
        engines_.push_back(std::make_unique<net::WsEngine>(loops.loop(loop), loops.wheel(loop), std::move(syscalls), settings_.socket));
    }
}

Realtime::~Realtime() = default;

// One post per loop for the whole list: the loop flushes events that were committed together in one batch.
void Realtime::publish(BusMessages messages) {
    for (unsigned loop = 0; loop < loops_.count(); ++loop) {
        auto deliver = [hub = hubs_[loop].get(), list = std::vector(messages.begin(), messages.end())] {
            for (const auto& message : list) hub->publish(*message);
        };
        asio::post(loops_.loop(loop), std::move(deliver));
    }
}

void Realtime::recheck_sessions(const UserId& user) {
    for (unsigned loop = 0; loop < loops_.count(); ++loop) {
        auto recheck = [hub = hubs_[loop].get(), user] { hub->recheck_sessions(user); };
        asio::post(loops_.loop(loop), std::move(recheck));
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
            hubs_[loop]->for_each([&](Subscriber& subscriber) { count += subscriber.close_if_idle_since(since); });
            return count;
        };
        removed += co_await run_on(loops_.loop(loop), std::move(remove));
    }
    co_return removed;
}

}  // namespace ks::edge
