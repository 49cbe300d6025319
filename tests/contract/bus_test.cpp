#include "adapters/local_bus/local_bus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

namespace ks {

namespace {

template <class Implementation>
class BusTest : public testing::Test {
protected:
    Implementation bus_;
};

using Implementations = testing::Types<LocalBus>;
TYPED_TEST_SUITE(BusTest, Implementations);

AnnouncementPtr numbered(int writer, int number) {
    return std::make_shared<const Announcement>(Delivery{.type = std::to_string(writer), .message = std::to_string(number)});
}

}  // namespace

TYPED_TEST(BusTest, EveryListenerGetsTheSameAnnouncement) {
    std::vector<AnnouncementPtr> first, second;
    this->bus_.subscribe([&](const AnnouncementPtr& announcement) { first.push_back(announcement); });
    this->bus_.subscribe([&](const AnnouncementPtr& announcement) { second.push_back(announcement); });
    AnnouncementPtr sent = numbered(1, 1);
    this->bus_.publish(sent);
    EXPECT_EQ(first, std::vector{sent});
    EXPECT_EQ(second, std::vector{sent});
}

TYPED_TEST(BusTest, WhatOneThreadPublishesArrivesInItsOrder) {
    std::mutex mutex;
    std::map<std::string, std::vector<int>> heard;
    this->bus_.subscribe([&](const AnnouncementPtr& announcement) {
        const auto& delivery = std::get<Delivery>(*announcement);
        std::lock_guard lock(mutex);
        heard[delivery.type].push_back(std::stoi(delivery.message));
    });
    std::vector<std::thread> threads;
    for (int writer = 0; writer < 4; ++writer) {
        threads.emplace_back([this, writer] {
            for (int number = 0; number < 1'000; ++number) this->bus_.publish(numbered(writer, number));
        });
    }
    for (auto& thread : threads) thread.join();
    ASSERT_EQ(heard.size(), 4U);
    for (const auto& [writer, numbers] : heard) {
        EXPECT_EQ(numbers.size(), 1'000U);
        EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
    }
}

TYPED_TEST(BusTest, PublishingWithoutAListenerIsFine) { this->bus_.publish(numbered(1, 1)); }

}  // namespace ks
