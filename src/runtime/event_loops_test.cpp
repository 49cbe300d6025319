#include "runtime/event_loops.h"
#include "runtime/offload.h"

#include <gtest/gtest.h>

#include <future>

namespace ks {
namespace {

using namespace std::chrono_literals;

// A service that outlives the loops' coroutines if they are ended in time.
struct Service {
    bool alive = true;
    std::vector<bool> users;  // whether the service was alive at the end of each user
};

struct User {
    explicit User(Service& service) : service(service) {}
    ~User() { service.users.push_back(service.alive); }
    Service& service;
};

class Deadline final : public WheelTimer {
private:
    void on_deadline(Steady::time_point) override {}
};

awaitable<void> use(EventLoops& loops, Service& service, std::promise<void>& waits) {
    User user(service);
    Deadline deadline;
    loops.wheel(0).arm(deadline, Steady::now() + 1h);
    asio::steady_timer timer(loops.loop(0), 1h);
    auto started = [&waits] { waits.set_value(); };
    asio::post(loops.loop(0), std::move(started));
    co_await timer.async_wait(asio::use_awaitable);
}

awaitable<void> use_pool(Offload& pool, Service& service, std::promise<void>& waits, std::shared_future<void> gate) {
    User user(service);
    auto work = [&waits, gate]() -> Result<bool> {
        waits.set_value();
        gate.wait();
        return true;
    };
    co_await offload(pool, std::move(work));
}

awaitable<void> use_second_loop(EventLoops& loops, Service& service) {
    User user(service);
    auto work = [] { return true; };
    co_await run_on(loops.loop(1), std::move(work));
}

TEST(EventLoops, ASuspendedCoroutineEndsBeforeTheServicesThatItUses) {
    EventLoops loops(2);
    Service service;
    asio::steady_timer of_a_member(loops.loop(1), 1h);
    std::promise<void> waits;
    spawn(loops.loop(0).get_executor(), use(loops, service, waits), "use");
    loops.start();
    waits.get_future().wait();
    loops.stop();
    EXPECT_TRUE(service.users.empty());
    loops.destroy_tasks();
    service.alive = false;
    EXPECT_EQ(service.users, std::vector{true});
    of_a_member.cancel();  // timers and sockets of services may be used and destroyed later
    asio::post(loops.loop(0), [] { ADD_FAILURE() << "nothing runs any more"; });
}

TEST(EventLoops, ACoroutineThatWaitsForAPoolEndsLikewise) {
    EventLoops loops(1);
    Offload pool(1, 10);
    Service service;
    std::promise<void> waits, gate;
    spawn(loops.loop(0).get_executor(), use_pool(pool, service, waits, gate.get_future().share()), "use_pool");
    loops.start();
    waits.get_future().wait();
    loops.stop();
    gate.set_value();
    pool.stop();
    loops.destroy_tasks();
    service.alive = false;
    EXPECT_EQ(service.users, std::vector{true});
}

TEST(EventLoops, ACoroutineThatAnotherLoopHoldsEndsLikewise) {
    EventLoops loops(2);
    Service service;
    spawn(loops.loop(0).get_executor(), use_second_loop(loops, service), "use_second_loop");
    loops.loop(0).poll();
    loops.destroy_tasks();
    service.alive = false;
    EXPECT_EQ(service.users, std::vector{true});
}

TEST(Offload, StoppingFinishesWhatWasAcceptedAndRejectsTheRest) {
    Offload pool(1, 10);
    std::vector<int> done;
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(pool.post([&done, i] { done.push_back(i); }));
    pool.stop();
    EXPECT_EQ(done, (std::vector{0, 1, 2, 3, 4}));
    EXPECT_FALSE(pool.post([&done] { done.push_back(5); }));
    pool.stop();
    EXPECT_EQ(done.size(), 5U);
}

}  // namespace
}  // namespace ks
