#include "edge/realtime.h"

#include <boost/asio/steady_timer.hpp>

namespace ks {

namespace {

// Concurrent journal reads per core. When thousands of clients reconnect at once, the database must stay available to other requests.
constexpr unsigned reads_at_a_time = 16;

// On shutdown each connection gets a different reconnect delay, to avoid a thundering herd: spaced by returns_a_core per connection of a
// core, spread over shortest_return if there are few.
constexpr Duration returns_a_core{2};
constexpr Duration shortest_return{1000};

}  // namespace

Realtime::Realtime(Shards& shards, Accounts& accounts, Shares& shares, Presence& presence, History& history, const Clock& clock,
                   RealtimeSettings settings, CensusSettings limits)
    : shards_(shards),
      accounts_(accounts),
      shares_(shares),
      history_(history),
      clock_(clock),
      settings_(settings),
      census_(presence, limits),
      slots_(shards.count(), Slots(reads_at_a_time)) {
    for (unsigned core = 0; core < shards.count(); ++core) {
        hubs_.push_back(std::make_unique<Hub>());
        auto syscalls = settings_.io_uring ? net::io_uring_syscalls() : net::plain_syscalls();
        engines_.push_back(std::make_unique<net::WsEngine>(shards.core(core), shards.wheel(core), std::move(syscalls), settings_.socket));
    }
}

Realtime::~Realtime() = default;

// One post per core for the whole list: the core flushes events that were committed together in one batch.
void Realtime::announce(Announcements announcements) {
    for (unsigned core = 0; core < shards_.count(); ++core) {
        auto deliver = [hub = hubs_[core].get(), list = std::vector(announcements.begin(), announcements.end())] {
            for (const auto& announcement : list) hub->announce(*announcement);
        };
        asio::post(shards_.core(core), std::move(deliver));
    }
}

void Realtime::shut_down() {
    for (unsigned core = 0; core < shards_.count(); ++core) {
        auto tell = [hub = hubs_[core].get(), core, cores = shards_.count()] {
            const auto count = static_cast<std::int64_t>(hub->count());
            const Duration time = std::max(shortest_return, returns_a_core * count);
            std::int64_t number = 0;
            hub->for_each([&](Subscriber& subscriber) { subscriber.shut_down(time * (++number * cores - core) / (count * cores)); });
        };
        asio::post(shards_.core(core), std::move(tell));
    }
}

awaitable<void> Realtime::wait_until_empty(Duration longest) {
    asio::steady_timer timer(shards_.core(0));
    for (auto deadline = Steady::now() + longest; Steady::now() < deadline;) {
        std::size_t left = 0;
        for (unsigned core = 0; core < shards_.count(); ++core) {
            auto count = [this, core] { return engines_[core]->count(); };
            left += co_await ask(shards_.core(core), std::move(count));
        }
        if (left == 0) co_return;
        timer.expires_after(std::chrono::milliseconds(10));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

awaitable<std::size_t> Realtime::remove_silent() {
    std::size_t removed = 0;
    for (unsigned core = 0; core < shards_.count(); ++core) {
        auto remove = [this, core] {
            // A live peer sends at least a pong per ping interval.
            auto since = Steady::now() - settings_.socket.ping_interval * 3 / 2;
            std::size_t count = 0;
            hubs_[core]->for_each([&](Subscriber& subscriber) { count += subscriber.end_if_silent(since); });
            return count;
        };
        removed += co_await ask(shards_.core(core), std::move(remove));
    }
    co_return removed;
}

}  // namespace ks
