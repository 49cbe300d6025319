#include "edge/connection_registry.h"
#include "runtime/event_loops.h"

#include <gtest/gtest.h>

#include <vector>

namespace ks::edge {
namespace {

class Log final : public engine::ConnectionObserver {
public:
    void connected(const UserId&, const std::string& username) override { lines.push_back("+" + username); }
    void disconnected(const UserId&) override { lines.emplace_back("-"); }

    std::vector<std::string> lines;
};

struct ConnectionRegistryTest : testing::Test {
    // Runs the releases that wait on the loop.
    void settle() {
        loop.restart();
        loop.poll();
    }
    static Actor user(std::string name) { return {.user_id = UserId::make(), .username = std::move(name)}; }

    asio::io_context loop;
    Log online;
    std::optional<ConnectionRegistry> registry{
        std::in_place, loop, std::vector<engine::ConnectionObserver*>{&online},
        ConnectionLimits{.max_connections = 4, .max_connections_per_user = 1, .max_connections_per_ip = 2}};
    const Actor anna = user("anna"), ben = user("ben");
};

TEST_F(ConnectionRegistryTest, CountsUntilTheSlotIsDestroyed) {
    {
        auto first = registry->admit("1", anna), second = registry->admit("1", std::nullopt);
        EXPECT_FALSE(first.refusal || second.refusal);
        EXPECT_EQ(registry->total(), 2U);
        EXPECT_EQ(registry->by_user().size(), 1U);
    }
    settle();
    EXPECT_EQ(registry->total(), 0U);
    EXPECT_TRUE(registry->by_user().empty());
    EXPECT_EQ(online.lines, (std::vector<std::string>{"+anna", "-"}));
}

TEST_F(ConnectionRegistryTest, LimitsAddressesAndTheWhole) {
    std::vector<Admission> admitted;
    for (const char* address : {"1", "1", "2", "2"}) admitted.push_back(registry->admit(address, std::nullopt));
    for (const auto& admission : admitted) EXPECT_FALSE(admission.refusal);
    EXPECT_EQ(registry->admit("3", std::nullopt).refusal->code, ErrorCode::ConnectionLimit);
    admitted.pop_back();
    settle();
    EXPECT_FALSE(registry->admit("3", std::nullopt).refusal);
    settle();
    EXPECT_EQ(registry->admit("1", std::nullopt).refusal->code, ErrorCode::ConnectionLimit);
    EXPECT_EQ(registry->total(), 3U);
}

TEST_F(ConnectionRegistryTest, LimitsUsers) {
    auto first = registry->admit("1", anna);
    auto second = registry->admit("1", anna);
    ASSERT_TRUE(second.refusal);
    EXPECT_TRUE(second.slot.address && !second.slot.user);
    EXPECT_FALSE(registry->sign_in(anna));
    EXPECT_TRUE(registry->sign_in(ben));  // released at once
    settle();
    EXPECT_EQ(registry->total(), 2U);
    EXPECT_EQ(online.lines, (std::vector<std::string>{"+anna", "+ben", "-"}));
}

TEST_F(ConnectionRegistryTest, MovesAPlaceWithoutReleasingIt) {
    auto admission = registry->admit("1", std::nullopt);
    auto signed_in = registry->sign_in(anna);
    ConnectionSlot slot = std::move(admission.slot);
    slot.user = std::move(*signed_in);
    settle();
    EXPECT_EQ(registry->total(), 1U);
    EXPECT_EQ(online.lines, (std::vector<std::string>{"+anna"}));
    slot = {};
    settle();
    EXPECT_EQ(registry->total(), 0U);
    EXPECT_EQ(online.lines.size(), 2U);
}

TEST_F(ConnectionRegistryTest, MayEndBeforeItsSlots) {
    auto first = registry->admit("1", anna), second = registry->admit("1", std::nullopt);
    registry.reset();
    first = {};
    settle();
    EXPECT_EQ(online.lines.size(), 1U);
}

TEST_F(ConnectionRegistryTest, ASlotLeavesALoopThatHasStopped) {
    EventLoops loops(1);
    registry.emplace(loops.loop(0), std::vector<engine::ConnectionObserver*>{&online}, ConnectionLimits{4, 4, 4});
    auto slot = registry->admit("1", anna).slot;
    slot = {};
    loops.stop();
    EXPECT_EQ(registry->total(), 1U);
    loops.destroy_tasks();
    EXPECT_EQ(registry->total(), 0U);
    EXPECT_EQ(online.lines, (std::vector<std::string>{"+anna", "-"}));
}

// Notes addresses alone.
class AddressLog final : public engine::ConnectionObserver {
public:
    void connected(const UserId&, const std::string&) override {}
    void disconnected(const UserId&) override {}
    void connected_from(const std::string& address) override { lines.push_back("+" + address); }
    void disconnected_from(const std::string& address) override { lines.push_back("-" + address); }

    std::vector<std::string> lines;
};

TEST_F(ConnectionRegistryTest, TellsOfEachConnectionOfAnAddress) {
    AddressLog log;
    registry.emplace(loop, std::vector<engine::ConnectionObserver*>{&log},
                     ConnectionLimits{.max_connections = 4, .max_connections_per_user = 1, .max_connections_per_ip = 2});
    {
        auto first = registry->admit("1", anna), second = registry->admit("1", anna), refused = registry->admit("1", ben);
        EXPECT_TRUE(second.refusal && refused.refusal);
    }
    settle();
    EXPECT_EQ(log.lines, (std::vector<std::string>{"+1", "+1", "-1", "-1"}));
}

}  // namespace
}  // namespace ks::edge
