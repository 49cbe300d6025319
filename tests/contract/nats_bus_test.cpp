#include "adapters/nats/nats_bus.h"
#include "tests/contract/nats_server.h"
#include "tests/contract/temp_dir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

namespace ks::contract {

namespace {

using namespace std::chrono_literals;
using nats::NatsBus;

constexpr auto patience = 20s;

EventDelivery event_for(const UserId& user, std::string text) {
    return {.type = "X", .message = std::move(text), .recipients = {.users = {user}}};
}
EventDelivery event_for_all(std::string text) { return {.type = "X", .message = std::move(text), .recipients = {.everyone = true}}; }

// A bus with the messages that it delivers.
class Node {
public:
    explicit Node(const std::string& url) : bus_({.connection = {.servers = {url}}}) {
        bus_.subscribe([this](BusMessages messages) {
            std::unique_lock lock(mutex_);
            if (is_blocked_) changed_.wait(lock, [this] { return !is_blocked_; });
            heard_.insert(heard_.end(), messages.begin(), messages.end());
            changed_.notify_all();
        });
        bus_.on_lost([this] {
            std::lock_guard lock(mutex_);
            ++losses_;
            changed_.notify_all();
        });
        bus_.start();
    }

    void publish(std::vector<BusMessage> messages) {
        std::vector<BusMessagePtr> list;
        for (auto& message : messages) list.push_back(std::make_shared<const BusMessage>(std::move(message)));
        bus_.publish(list);
    }
    void watch(const BusTopic& topic) {
        std::mutex mutex;
        std::condition_variable changed;
        bool is_ready = false;
        bus_.watch(topic, [&] {
            std::lock_guard lock(mutex);
            is_ready = true;
            changed.notify_all();
        });
        std::unique_lock lock(mutex);
        ASSERT_TRUE(changed.wait_for(lock, patience, [&] { return is_ready; }));
    }
    void unwatch(const BusTopic& topic) { bus_.unwatch(topic); }

    // Returns the texts of the events so far, once one of them is `last`.
    std::vector<std::string> hear_until(const std::string& last) {
        std::unique_lock lock(mutex_);
        auto is_heard = [&] {
            auto all = texts();
            return std::find(all.begin(), all.end(), last) != all.end();
        };
        EXPECT_TRUE(changed_.wait_for(lock, patience, is_heard)) << last;
        return texts();
    }
    bool has_heard(const std::string& text) {
        std::lock_guard lock(mutex_);
        auto all = texts();
        return std::find(all.begin(), all.end(), text) != all.end();
    }
    BusMessagePtr message(std::size_t index) {
        std::lock_guard lock(mutex_);
        return heard_.at(index);
    }
    std::size_t count() {
        std::lock_guard lock(mutex_);
        return heard_.size();
    }
    int losses() {
        std::lock_guard lock(mutex_);
        return losses_;
    }
    void expect_loss_after(int losses) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, patience, [&] { return losses_ > losses; }));
    }
    BusState state() const { return bus_.state(); }
    void expect_state(BusState state) {
        for (auto deadline = std::chrono::steady_clock::now() + patience; bus_.state() != state;) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline);
            std::this_thread::sleep_for(5ms);
        }
    }
    void block() {
        std::lock_guard lock(mutex_);
        is_blocked_ = true;
    }
    void unblock() {
        std::lock_guard lock(mutex_);
        is_blocked_ = false;
        changed_.notify_all();
    }

private:
    std::vector<std::string> texts() const {
        std::vector<std::string> all;
        for (const auto& message : heard_) {
            if (const auto* delivery = std::get_if<EventDelivery>(message.get())) all.push_back(delivery->message);
        }
        return all;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<BusMessagePtr> heard_;
    int losses_ = 0;
    bool is_blocked_ = false;
    NatsBus bus_;  // last: ends before what its listeners use
};

class NatsBusTest : public testing::Test {
protected:
    void SetUp() override {
        one.expect_state(BusState::Connected);
        two.expect_state(BusState::Connected);
        // Both hear everything once a message gets through.
        one.publish({event_for_all("begin")});
        two.hear_until("begin");
        two.publish({event_for_all("begun")});
        one.hear_until("begun");
    }

    NatsServer server;
    Node one{server.url()}, two{server.url()};
    const UserId anna = UserId::make(), ben = UserId::make();
    const ShareId share = ShareId::make();
};

using Texts = std::vector<std::string>;

int refusals_in(const std::string& log) {
    int count = 0;
    std::ifstream file(log);
    for (std::string line; std::getline(file, line);) count += line.find("authentication error") != std::string::npos;
    return count;
}

}  // namespace

TEST_F(NatsBusTest, DeliversToTheOtherNodeInOrder) {
    two.watch(anna);
    Texts sent{"begin", "begun"};
    for (int number = 0; number < 500; ++number) {
        std::string text = std::to_string(number);
        one.publish({number % 3 == 0 ? event_for_all(text) : event_for(anna, text)});
        sent.push_back(text);
    }
    EXPECT_EQ(two.hear_until("499"), sent);
}

TEST_F(NatsBusTest, DeliversItsOwnMessagesOnceAndAtOnce) {
    one.watch(anna);
    one.publish({event_for(anna, "mine"), event_for_all("mine too")});
    EXPECT_EQ(one.count(), 4U);
    two.hear_until("mine too");
    two.publish({event_for_all("end")});
    EXPECT_EQ(one.hear_until("end"), (Texts{"begin", "begun", "mine", "mine too", "end"}));
}

TEST_F(NatsBusTest, DeliversOnlyTheTopicsThatANodeWatches) {
    two.watch(anna);
    two.watch(share);
    EventDelivery watched{.type = "X", .message = "of the share", .recipients = {.users = {ben}, .shares = {share}}};
    one.publish({event_for(ben, "of ben"), event_for(anna, "of anna"), watched, event_for(ben, "of ben too"), event_for_all("end")});
    EXPECT_EQ(two.hear_until("end"), (Texts{"begin", "begun", "of anna", "of the share", "end"}));
}

TEST_F(NatsBusTest, DeliversOnceToANodeThatWatchesSeveralRecipients) {
    for (const BusTopic& topic : std::initializer_list<BusTopic>{anna, ben, share}) two.watch(topic);
    EventDelivery shared{.type = "X", .message = "shared", .recipients = {.users = {anna, ben}, .shares = {share}}};
    one.publish({shared, event_for(ben, "of ben"), shared, event_for_all("end")});
    EXPECT_EQ(two.hear_until("end"), (Texts{"begin", "begun", "shared", "of ben", "shared", "end"}));
}

TEST_F(NatsBusTest, DeliversAMessageForManyUsersToAllNodes) {
    EventDelivery many{.type = "X", .message = "for many"};
    for (int i = 0; i < 100; ++i) many.recipients.users.push_back(UserId::make());
    one.publish({many});
    EXPECT_EQ(two.hear_until("for many").size(), 3U);
}

TEST_F(NatsBusTest, DeliversRevocationsAndRowChangesToAllNodes) {
    one.publish({Revocation{anna}, RowChange{}, event_for_all("end")});
    two.hear_until("end");
    EXPECT_EQ(two.count(), 5U);
}

TEST_F(NatsBusTest, UnsubscribesALittleAfterTheLastUnwatch) {
    two.watch(anna);
    two.watch(anna);
    two.unwatch(anna);
    one.publish({event_for(anna, "still watched")});
    two.hear_until("still watched");
    two.unwatch(anna);
    one.publish({event_for(anna, "unwatched just now")});
    two.hear_until("unwatched just now");
    auto begun = std::chrono::steady_clock::now();
    for (int round = 0;; ++round) {
        std::string text = "round " + std::to_string(round), end = "end of " + text;
        one.publish({event_for(anna, text), event_for_all(end)});
        two.hear_until(end);
        if (!two.has_heard(text)) break;
        ASSERT_LT(std::chrono::steady_clock::now(), begun + patience);
        std::this_thread::sleep_for(50ms);
    }
    EXPECT_GT(std::chrono::steady_clock::now(), begun + 1500ms);
}

TEST_F(NatsBusTest, TellsOnlyThePositionsOfLargeEvents) {
    two.watch(anna);
    EventDelivery large = event_for(anna, std::string(40'000, 'x'));
    large.positions = {{anna, 7}};
    one.publish({large, event_for_all("end")});
    EXPECT_EQ(two.hear_until("end"), (Texts{"begin", "begun", "", "end"}));
    const auto bell = std::get<EventDelivery>(*two.message(2));
    EXPECT_TRUE(bell.is_bell());
    EXPECT_EQ(bell.positions, large.positions);
}

TEST_F(NatsBusTest, TellsALossIfEvenThePositionsAreTooMany) {
    EventDelivery large = event_for_all("a notice");
    for (int i = 0; i < 3'000; ++i) large.positions.emplace_back(UserId::make(), 1);
    int before = two.losses();
    one.publish({large, event_for_all("end")});
    two.expect_loss_after(before);
    two.hear_until("end");
    EXPECT_FALSE(two.has_heard("a notice"));
}

TEST_F(NatsBusTest, DeliversManyMessagesOfOneCommit) {
    two.watch(anna);
    std::vector<BusMessage> commit;
    for (int number = 0; number < 100; ++number) commit.emplace_back(event_for(anna, std::to_string(number) + std::string(2'000, ' ')));
    commit.emplace_back(event_for_all("end"));
    one.publish(std::move(commit));
    EXPECT_EQ(two.hear_until("end").size(), 103U);
}

TEST_F(NatsBusTest, TellsALossWhenMessagesArriveTooFast) {
    two.watch(anna);
    int before = two.losses();
    two.block();
    for (int number = 0; number < 20'000; ++number) one.publish({event_for(anna, std::to_string(number))});
    two.expect_loss_after(before);
    two.unblock();
    one.publish({event_for_all("end")});
    two.hear_until("end");
    EXPECT_LT(two.count(), 20'000U);
}

TEST_F(NatsBusTest, ReconnectsToARestartedServer) {
    two.watch(anna);
    int before = two.losses();
    server.end();
    one.expect_state(BusState::Disconnected);
    two.expect_state(BusState::Disconnected);
    server.start();
    two.expect_state(BusState::Connected);
    two.expect_loss_after(before);
    one.expect_state(BusState::Connected);
    one.publish({event_for(anna, "after")});
    two.hear_until("after");
}

TEST_F(NatsBusTest, NoticesAServerThatNoLongerAnswers) {
    two.watch(anna);
    int before = two.losses();
    server.freeze();
    auto frozen = std::chrono::steady_clock::now();
    one.publish({event_for(anna, "meanwhile")});
    two.watch(ben);
    one.expect_state(BusState::Disconnected);
    two.expect_state(BusState::Disconnected);
    EXPECT_LT(std::chrono::steady_clock::now(), frozen + 8s);
    two.watch(share);
    server.thaw();
    one.expect_state(BusState::Connected);
    two.expect_state(BusState::Connected);
    two.expect_loss_after(before);
    EventDelivery watched{.type = "X", .message = "of the share", .recipients = {.shares = {share}}};
    one.publish({event_for(anna, "after"), event_for(ben, "of ben"), watched});
    two.hear_until("after");
    two.hear_until("of ben");
    two.hear_until("of the share");
}

TEST_F(NatsBusTest, TellsTheOtherNodesOfMessagesThatItDropped) {
    server.end();
    one.expect_state(BusState::Disconnected);
    two.expect_state(BusState::Disconnected);
    for (int number = 0; number < 100; ++number) one.publish({event_for(anna, std::string(30'000, 'x'))});
    server.start();
    two.expect_loss_after(2);  // the first is its start, the second its reconnect
}

TEST(NatsBusStart, ConnectsOnceTheServerIsThere) {
    NatsServer server;
    server.end();
    Node one(server.url()), two(server.url());
    one.watch(UserId::make());
    server.start();
    one.expect_state(BusState::Connected);
    two.expect_state(BusState::Connected);
    one.watch(UserId::make());
    two.publish({event_for_all("here")});
    one.hear_until("here");
}

TEST(NatsBusStart, SendsUserAndPassword) {
    NatsServer server({"--user", "kingshare", "--pass", "secret"});
    Node node(server.url("kingshare:secret@"));
    node.expect_state(BusState::Connected);
}

TEST(NatsBusStart, TriesAgainAfterTheServerRefusedThePassword) {
    TempDir folder;
    const std::string log = folder.path("log");
    NatsServer server({"--user", "kingshare", "--pass", "secret", "--log", log});
    Node node(server.url("kingshare:wrong@"));
    for (auto deadline = std::chrono::steady_clock::now() + patience; refusals_in(log) < 3;) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline);
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_EQ(node.state(), BusState::Disconnected);
    server.end();
    server.start({"--user", "kingshare", "--pass", "wrong"});
    node.expect_state(BusState::Connected);
}

TEST(NatsDuplicates, AreRecognizedBySender) {
    nats::Duplicates duplicates;
    auto one = NodeId::make(), two = NodeId::make();
    EXPECT_TRUE(duplicates.is_new(one, 1));
    EXPECT_FALSE(duplicates.is_new(one, 1));
    EXPECT_TRUE(duplicates.is_new(two, 1));
    EXPECT_TRUE(duplicates.is_new(one, 2));
    EXPECT_FALSE(duplicates.is_new(one, 1));
    EXPECT_TRUE(duplicates.is_new(one, 1000));
}

}  // namespace ks::contract
