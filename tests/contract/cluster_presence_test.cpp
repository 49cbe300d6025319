// Presence and connection limits of two nodes that share a store.
#include "engine/cluster_presence.h"
#include "tests/contract/store_test.h"

#include <boost/asio/detached.hpp>

namespace ks::contract {

namespace {

constexpr Duration grace{100};

// A bus that reaches nobody.
class SilentBus final : public Bus {
public:
    void publish(BusMessages) override {}
    void subscribe(std::function<void(BusMessages)>) override {}
    BusState state() const override { return BusState::Disconnected; }
};

class ClusterPresenceTest : public StoreTest {
protected:
    struct Member {
        explicit Member(ClusterPresenceTest& test)
            : tails(test.wheel_, test.store(), test.bus_, [](BusMessages) {}),
              presence(loop_of_this_thread(), test.wheel_, test.store(), tails, test.clock_, id,
                       {.presence = {.offline_grace = grace}, .max_connections_per_user = 2, .max_connections_per_ip = 3}) {}

        const NodeId id = NodeId::make();
        engine::StreamTails tails;
        engine::ClusterPresence presence;
    };
    using Told = std::vector<std::pair<std::string, std::uint64_t>>;  // types and versions

    void SetUp() override {
        StoreTest::SetUp();
        auto note = [this](BusMessages messages) {
            std::lock_guard lock(mutex_);
            for (const auto& message : messages) {
                if (const auto* delivery = std::get_if<EventDelivery>(message.get())) told_.emplace_back(delivery->type, delivery->version);
            }
        };
        store().on_commit(std::move(note));
        anna_ = add_user("anna").id;
        here_.emplace(*this);
        there_.emplace(*this);
    }
    void TearDown() override {
        store().stop();
        here_->presence.stop();
        there_->presence.stop();
    }

    Result<void> connect(Member& node, const UserId& user) {
        node.presence.connected(user, "anna");
        auto admitted = run(node.presence.admit({user}));
        if (!admitted) node.presence.disconnected(user);
        return admitted;
    }
    Result<void> connect_from(Member& node, const std::string& address) {
        node.presence.connected_from(address);
        auto admitted = run(node.presence.admit({address}));
        if (!admitted) node.presence.disconnected_from(address);
        return admitted;
    }
    // Waits until the store has recorded all changes.
    static void settle() {
        loop_of_this_thread().restart();
        loop_of_this_thread().run();
    }
    static ConnectionTotals totals(Member& node) {
        settle();
        return run(node.presence.totals()).value();
    }
    void disconnect(Member& node, const UserId& user) {
        node.presence.disconnected(user);
        settle();
    }
    void let_grace_pass() {
        wheel_.advance(Steady::now() + std::chrono::seconds(++graces_));  // time of the wheel cannot go back
        settle();
    }
    // Settles the work of the dead node, as the surviving one.
    int end_work_of(Member& dead, Member& survivor) {
        return write([&](Tx& tx) { return survivor.presence.settle(tx, dead.id, 100); });
    }
    bool is_online() {
        return read([&](Tx& tx) { return static_cast<int>(tx.connections().are_online({anna_}).front()); }) == 1;
    }
    Told told() {
        std::lock_guard lock(mutex_);
        return told_;
    }

    asio::io_context wheel_loop_;
    TimerWheel wheel_{wheel_loop_};
    SilentBus bus_;
    SystemClock clock_;
    UserId anna_;
    std::optional<Member> here_, there_;
    int graces_ = 0;
    std::mutex mutex_;
    Told told_;
};

}  // namespace

TEST_P(ClusterPresenceTest, CountsTheConnectionsToAllNodes) {
    EXPECT_TRUE(connect(*here_, anna_));
    EXPECT_TRUE(connect(*there_, anna_));
    EXPECT_TRUE(connect_from(*there_, "192.0.2.1"));
    ConnectionTotals counted = totals(*here_);
    EXPECT_EQ(counted.connections, 1);
    EXPECT_EQ(counted.by_user, (std::vector<std::pair<UserId, std::int64_t>>{{anna_, 2}}));
    disconnect(*there_, anna_);
    EXPECT_EQ(totals(*here_).by_user, (std::vector<std::pair<UserId, std::int64_t>>{{anna_, 1}}));
}

TEST_P(ClusterPresenceTest, LimitsTheConnectionsToAllNodesTogether) {
    EXPECT_TRUE(connect(*here_, anna_));
    EXPECT_TRUE(connect(*there_, anna_));
    for (Member* node : {&*here_, &*there_}) EXPECT_EQ(connect(*node, anna_).error().code, ErrorCode::ConnectionLimit);
    disconnect(*here_, anna_);
    EXPECT_TRUE(connect(*there_, anna_));
    EXPECT_EQ(connect(*here_, anna_).error().code, ErrorCode::ConnectionLimit);
    for (Member* node : {&*here_, &*there_, &*here_}) EXPECT_TRUE(connect_from(*node, "192.0.2.1"));
    for (Member* node : {&*here_, &*there_}) EXPECT_EQ(connect_from(*node, "192.0.2.1").error().code, ErrorCode::ConnectionLimit);
    EXPECT_TRUE(connect_from(*here_, "192.0.2.2"));
}

TEST_P(ClusterPresenceTest, AdmitsExactlyTheLimitOfMany) {
    auto arrive = [](Member& node, UserId user, int& admitted) -> awaitable<void> {
        node.presence.connected(user, "anna");
        std::vector<ConnectionKey> keys{user};
        auto outcome = co_await node.presence.admit(std::move(keys));
        if (outcome) ++admitted;
        if (!outcome) node.presence.disconnected(user);
    };
    int admitted = 0;
    auto& loop = loop_of_this_thread();
    for (int i = 0; i < 40; ++i) asio::co_spawn(loop, arrive(i % 2 ? *here_ : *there_, anna_, admitted), asio::detached);
    totals(*here_);
    EXPECT_EQ(admitted, 2);
    EXPECT_EQ(totals(*here_).by_user, (std::vector<std::pair<UserId, std::int64_t>>{{anna_, 2}}));
}

TEST_P(ClusterPresenceTest, AUserIsOnlineUntilTheGraceOfTheLastNodeHasPassed) {
    EXPECT_TRUE(connect(*here_, anna_));
    EXPECT_TRUE(connect(*there_, anna_));
    EXPECT_EQ(told(), (Told{{"UserOnline", 1}}));
    disconnect(*here_, anna_);
    let_grace_pass();
    EXPECT_TRUE(is_online());
    disconnect(*there_, anna_);
    EXPECT_TRUE(is_online());
    EXPECT_EQ(told().size(), 1U);
    let_grace_pass();
    EXPECT_FALSE(is_online());
    EXPECT_EQ(told(), (Told{{"UserOnline", 1}, {"UserOffline", 2}}));
}

TEST_P(ClusterPresenceTest, AReturnWithinTheGraceTellsNothing) {
    EXPECT_TRUE(connect(*here_, anna_));
    disconnect(*here_, anna_);
    EXPECT_TRUE(connect(*there_, anna_));
    let_grace_pass();
    EXPECT_TRUE(is_online());
    EXPECT_EQ(told(), (Told{{"UserOnline", 1}}));
}

TEST_P(ClusterPresenceTest, ARefusedConnectionChangesNothing) {
    here_->presence.connected_from("192.0.2.1");
    here_->presence.connected(anna_, "anna");
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(connect_from(*there_, "192.0.2.1"));
    auto refused = run(here_->presence.admit({std::string("192.0.2.1"), anna_}));
    EXPECT_EQ(refused.error().code, ErrorCode::ConnectionLimit);
    EXPECT_NE(refused.error().message.find("from your address"), std::string::npos);
    disconnect(*here_, anna_);
    EXPECT_FALSE(is_online());
    EXPECT_TRUE(told().empty());
}

TEST_P(ClusterPresenceTest, ADeadNodeLeavesNothingBehind) {
    for (Member* node : {&*here_, &*there_}) EXPECT_TRUE(connect_from(*node, "192.0.2.1"));
    EXPECT_TRUE(connect(*here_, anna_));
    EXPECT_EQ(end_work_of(*here_, *there_), 2);
    EXPECT_EQ(end_work_of(*here_, *there_), 0);
    EXPECT_FALSE(is_online());
    EXPECT_EQ(told(), (Told{{"UserOnline", 1}, {"UserOffline", 2}}));
    EXPECT_EQ(totals(*there_).connections, 1);
}

TEST_P(ClusterPresenceTest, ANodeTakenForDeadRecordsItsConnectionsAgain) {
    EXPECT_TRUE(connect(*here_, anna_));
    EXPECT_TRUE(connect_from(*here_, "192.0.2.1"));
    EXPECT_EQ(end_work_of(*here_, *there_), 2);
    here_->presence.on_settled_by_others();
    EXPECT_EQ(totals(*here_).connections, 1);
    EXPECT_TRUE(is_online());
    EXPECT_EQ(told(), (Told{{"UserOnline", 1}, {"UserOffline", 2}, {"UserOnline", 3}}));
}

TEST_P(ClusterPresenceTest, ItsOwnRowsStayUntilTheLeaseHasExpired) {
    EXPECT_TRUE(connect(*here_, anna_));
    EXPECT_EQ(end_work_of(*here_, *here_), 0);
    EXPECT_TRUE(is_online());
}

KS_FOR_EVERY_STORE(ClusterPresenceTest);

}  // namespace ks::contract
