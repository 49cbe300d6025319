#include "adapters/local_bus/local_bus.h"
#include "adapters/nats/nats_bus.h"
#include "tests/contract/nats_server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <mutex>
#include <thread>

namespace ks::contract {

namespace {

// The bus of one node.
template <class Implementation>
struct OneNode {
    Implementation bus;
};
template <>
struct OneNode<nats::NatsBus> {
    NatsServer server;
    nats::NatsBus bus{{.connection = {.servers = {server.url()}}}};
};

template <class Implementation>
class BusTest : public testing::Test {
protected:
    OneNode<Implementation> node_;
    Bus& bus_ = node_.bus;
};

using Implementations = testing::Types<local_bus::LocalBus, nats::NatsBus>;
TYPED_TEST_SUITE(BusTest, Implementations);

BusMessagePtr numbered(int writer, int number) {
    return std::make_shared<const BusMessage>(EventDelivery{.type = std::to_string(writer), .message = std::to_string(number)});
}

}  // namespace

TYPED_TEST(BusTest, EveryListenerGetsTheSameAnnouncements) {
    std::vector<BusMessagePtr> first, second;
    this->bus_.subscribe([&](BusMessages heard) { first.insert(first.end(), heard.begin(), heard.end()); });
    this->bus_.subscribe([&](BusMessages heard) { second.insert(second.end(), heard.begin(), heard.end()); });
    this->bus_.start();
    std::vector<BusMessagePtr> sent{numbered(1, 1), numbered(1, 2)};
    this->bus_.publish(sent);
    EXPECT_EQ(first, sent);
    EXPECT_EQ(second, sent);
}

TYPED_TEST(BusTest, WhatOneThreadPublishesArrivesInItsOrder) {
    std::mutex mutex;
    std::map<std::string, std::vector<int>> heard;
    this->bus_.subscribe([&](BusMessages messages) {
        std::lock_guard lock(mutex);
        for (const auto& message : messages) {
            const auto& delivery = std::get<EventDelivery>(*message);
            heard[delivery.type].push_back(std::stoi(delivery.message));
        }
    });
    this->bus_.start();
    std::vector<std::thread> threads;
    for (int writer = 0; writer < 4; ++writer) {
        threads.emplace_back([this, writer] {
            for (int number = 0; number < 1'000; number += 2)
                this->bus_.publish(std::vector{numbered(writer, number), numbered(writer, number + 1)});
        });
    }
    for (auto& thread : threads) thread.join();
    ASSERT_EQ(heard.size(), 4U);
    for (const auto& [writer, numbers] : heard) {
        EXPECT_EQ(numbers.size(), 1'000U);
        EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
    }
}

TYPED_TEST(BusTest, PublishingWithoutAListenerIsFine) {
    this->bus_.start();
    this->bus_.publish(std::vector{numbered(1, 1)});
}

TYPED_TEST(BusTest, CallsBackOnceATopicIsWatched) {
    std::promise<void> ready;
    this->bus_.start();
    this->bus_.watch(UserId::make(), [&ready] { ready.set_value(); });
    EXPECT_EQ(ready.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
}

TYPED_TEST(BusTest, DeliversToItsOwnListenersAfterItsEnd) {
    int heard = 0;
    this->bus_.subscribe([&heard](BusMessages) { ++heard; });
    this->bus_.start();
    this->bus_.stop();
    this->bus_.stop();
    this->bus_.publish(std::vector{numbered(1, 1)});
    EXPECT_EQ(heard, 1);
}

}  // namespace ks::contract
