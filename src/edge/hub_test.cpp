#include "edge/hub.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>

namespace ks::edge {
namespace {

class Recorder final : public Subscriber {
public:
    explicit Recorder(Hub& hub, bool deflates = false) : hub_(hub), deflates_(deflates) { hub.add(*this); }

    void sign_in(const UserId& user) {
        user_ = user;
        hub_.sign_in(*this);
    }

    const UserId& user() const override { return user_; }
    void on_delivery(DeliveryFrames& frames) override {
        types.push_back(frames.delivery.type);
        shared.push_back(frames.frame());
        if (stream) marked.push_back(frames.frame_with_cursor(*stream, frames.delivery.position_of(stream->user())));
        if (leaves) hub_.remove(*this);
    }
    void on_revocation(const Revocation& revocation) override {
        revocations.push_back(revocation);
        if (leaves) hub_.remove(*this);
    }
    void recheck_session() override { ++rechecks; }
    bool takes_deflated() const override { return deflates_; }
    void shut_down(Duration) override {}

    int rechecks = 0;
    std::vector<std::string> types;
    std::vector<net::Frame> shared;
    std::vector<FrameWithCursor> marked;
    std::optional<engine::Stream> stream;  // set: requests frames with cursors
    std::vector<Revocation> revocations;
    bool leaves = false;

private:
    Hub& hub_;
    bool deflates_;
    UserId user_{};
};

class WatchedTopics final : public Bus {
public:
    void publish(BusMessages) override {}
    void subscribe(std::function<void(BusMessages)>) override {}
    void watch(const BusTopic& topic, std::function<void()>) override { topics.push_back(topic); }
    void unwatch(const BusTopic& topic) override { std::erase(topics, topic); }

    std::vector<BusTopic> topics;
};

struct HubTest : testing::Test {
    Recorder& anonymous(bool deflates = false) { return connections.emplace_back(hub, deflates); }
    Recorder& of(const UserId& user) {
        Recorder& connection = anonymous();
        connection.sign_in(user);
        return connection;
    }
    Recorder& watcher(const ShareId& share) {
        Recorder& connection = anonymous();
        hub.watch(connection, share);
        return connection;
    }
    void deliver(Recipients recipients, std::string message = R"({"type":"X"})") {
        hub.publish(EventDelivery{.type = "X", .message = std::move(message), .recipients = std::move(recipients)});
    }

    WatchedTopics bus;
    Hub hub{bus};
    std::list<Recorder> connections;
    const UserId alice = UserId::make(), bob = UserId::make(), carol = UserId::make();
    const ShareId share = ShareId::make(), other_share = ShareId::make();
};

TEST_F(HubTest, DeliversToEveryConnectionOfAUserAndToNoOther) {
    auto &phone = of(alice), &laptop = of(alice), &stranger = of(bob), &nobody = anonymous(), &watching = watcher(share);
    deliver({.users = {alice}});
    EXPECT_EQ(phone.types.size(), 1U);
    EXPECT_EQ(laptop.types.size(), 1U);
    EXPECT_TRUE(stranger.types.empty() && nobody.types.empty() && watching.types.empty());
}

TEST_F(HubTest, DeliversToOwnerRecipientsAndWatchers) {
    auto &owner = of(alice), &reader = of(bob), &stranger = of(carol), &watching = watcher(share), &elsewhere = watcher(other_share);
    deliver({.users = {alice, bob}, .shares = {share}});
    for (auto* connection : {&owner, &reader, &watching}) EXPECT_EQ(connection->types.size(), 1U);
    EXPECT_TRUE(stranger.types.empty() && elsewhere.types.empty());
}

TEST_F(HubTest, DeliversOnceToWhoIsInSeveralGroups) {
    auto& both = of(alice);
    hub.watch(both, share);
    deliver({.users = {alice, bob, alice}, .shares = {share}});
    EXPECT_EQ(both.types.size(), 1U);
    deliver({.users = {alice}, .shares = {share}, .others = bob, .everyone = true});
    EXPECT_EQ(both.types.size(), 2U);
}

TEST_F(HubTest, DeliversToNoConnectionOfAnExceptedUser) {
    auto &owner = of(alice), &reader = of(bob), &nobody = anonymous(), &watching = watcher(share);
    hub.watch(owner, share);
    deliver({.users = {alice, bob}, .shares = {share}, .everyone = true, .except = {alice}});
    EXPECT_TRUE(owner.types.empty());
    for (auto* connection : {&reader, &nobody, &watching}) EXPECT_EQ(connection->types.size(), 1U);
}

TEST_F(HubTest, WatchesASharesTopicWhileAConnectionDoes) {
    auto &one = watcher(share), &two = watcher(share);
    watcher(other_share);
    EXPECT_EQ(bus.topics, (std::vector<BusTopic>{share, other_share}));
    hub.remove(one);
    EXPECT_EQ(bus.topics.size(), 2U);
    hub.remove(two);
    EXPECT_EQ(bus.topics, std::vector<BusTopic>{other_share});
    watcher(share);
    EXPECT_EQ(bus.topics.size(), 2U);
}

TEST_F(HubTest, DeliversToOthersThatAreSignedIn) {
    auto &self = of(alice), &self_too = of(alice), &other = of(bob), &nobody = anonymous(), &watching = watcher(share);
    deliver({.others = alice});
    EXPECT_EQ(other.types.size(), 1U);
    EXPECT_TRUE(self.types.empty() && self_too.types.empty() && nobody.types.empty() && watching.types.empty());
}

TEST_F(HubTest, DeliversToEveryone) {
    auto &user = of(alice), &nobody = anonymous(), &watching = watcher(share);
    deliver({.everyone = true});
    for (auto* connection : {&user, &nobody, &watching}) EXPECT_EQ(connection->types.size(), 1U);
}

TEST_F(HubTest, FramesADeliveryOnceForAll) {
    auto &one = of(alice), &two = of(alice);
    deliver({.users = {alice}});
    ASSERT_TRUE(one.shared[0].plain);
    EXPECT_EQ(one.shared[0].plain, two.shared[0].plain);
    EXPECT_NE(one.shared[0].plain.view().find(R"({"type":"X"})"), std::string::npos);
}

TEST_F(HubTest, DeflatesOnlyWhileSomeoneTakesIt) {
    const std::string message = R"({"type":"X","data":")" + std::string(500, 'x') + "\"}";
    auto& plain = of(alice);
    deliver({.everyone = true}, message);
    EXPECT_FALSE(plain.shared.back().deflated);
    auto& deflating = anonymous(true);
    deliver({.everyone = true}, message);
    EXPECT_TRUE(plain.shared.back().deflated);
    EXPECT_EQ(plain.shared.back().deflated, deflating.shared.back().deflated);
    hub.remove(deflating);
    deliver({.everyone = true}, message);
    EXPECT_FALSE(plain.shared.back().deflated);
}

TEST_F(HubTest, MarksADeliveryOnceForTheConnectionsOfAUser) {
    auto &one = of(alice), &two = of(alice), &other = of(bob);
    for (auto* connection : {&one, &two}) connection->stream.emplace("epoch", alice);
    other.stream.emplace("epoch", bob);
    EventDelivery delivery{.type = "X", .message = R"({"type":"X"})", .at = from_millis(0), .recipients = {.users = {alice, bob}}};
    delivery.positions = {std::pair(alice, 3), std::pair(bob, 4)};
    std::sort(delivery.positions.begin(), delivery.positions.end());
    hub.publish(delivery);
    EXPECT_EQ(one.marked[0].frame.plain, two.marked[0].frame.plain);
    EXPECT_EQ(one.marked[0].text, R"({"type":"X","id":")" + one.stream->cursor({3, 0}) + R"(","time":"1970-01-01T00:00:00.000Z"})");
    EXPECT_EQ(other.marked[0].cursor, other.stream->cursor({4, 0}));
    EXPECT_NE(one.shared[0].plain, one.marked[0].frame.plain);
    EXPECT_EQ(one.shared[0].plain, other.shared[0].plain);
}

TEST_F(HubTest, ForgetsWhoIsRemoved) {
    auto &gone = of(alice), &stays = of(alice), &watching = watcher(share);
    hub.remove(gone);
    hub.remove(watching);
    deliver({.users = {alice}, .shares = {share}});
    EXPECT_TRUE(gone.types.empty() && watching.types.empty());
    EXPECT_EQ(stays.types.size(), 1U);
    EXPECT_EQ(hub.count(), 1U);
}

TEST_F(HubTest, LetsAnyoneRemoveItselfDuringADelivery) {
    for (unsigned leaving = 0; leaving < 32; ++leaving) {
        for (bool everyone : {false, true}) {
            Hub fresh(bus);
            std::list<Recorder> five;
            for (unsigned i = 0; i < 5; ++i) {
                auto& connection = five.emplace_back(fresh);
                connection.sign_in(alice);
                fresh.watch(connection, share);
                connection.leaves = leaving >> i & 1;
            }
            EventDelivery delivery{.type = "X", .message = "{}", .recipients = {.users = {alice}, .shares = {share}, .everyone = everyone}};
            fresh.publish(delivery);
            fresh.publish(delivery);
            std::size_t left = 0;
            for (auto& connection : five) {
                EXPECT_EQ(connection.types.size(), connection.leaves ? 1U : 2U);
                left += !connection.leaves;
            }
            EXPECT_EQ(fresh.count(), left);
        }
    }
}

TEST_F(HubTest, TakesAUserBackWhoseLastConnectionLeftDuringADelivery) {
    of(alice).leaves = true;
    deliver({.users = {alice}});
    auto& back = of(alice);
    deliver({.users = {alice}});
    EXPECT_EQ(back.types.size(), 1U);
}

TEST_F(HubTest, HandsARevocationToTheUsersConnectionsAlone) {
    auto &phone = of(alice), &laptop = of(alice), &stranger = of(bob), &nobody = anonymous();
    phone.leaves = laptop.leaves = true;
    hub.publish(Revocation{alice});
    for (auto* connection : {&phone, &laptop}) {
        ASSERT_EQ(connection->revocations.size(), 1U);
        EXPECT_FALSE(connection->revocations[0].only);
    }
    EXPECT_TRUE(stranger.revocations.empty() && nobody.revocations.empty());
    EXPECT_EQ(hub.count(), 2U);
}

TEST_F(HubTest, HandsOnWhichSessionARevocationIsAbout) {
    auto& phone = of(alice);
    auto session = SessionId::make();
    hub.publish(Revocation{alice, session});
    ASSERT_EQ(phone.revocations.size(), 1U);
    EXPECT_EQ(phone.revocations[0].only, session);
}

TEST_F(HubTest, VisitsEachOnceAlsoWhenTheyLeave) {
    for (int i = 0; i < 5; ++i) of(alice);
    std::size_t visited = 0;
    hub.for_each([&](Subscriber& subscriber) {
        if (++visited % 2) hub.remove(subscriber);
    });
    EXPECT_EQ(visited, 5U);
    EXPECT_EQ(hub.count(), 2U);
}

}  // namespace
}  // namespace ks::edge
