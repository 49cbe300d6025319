// Leases, and the work that nodes leave behind.
#include "engine/downloads.h"
#include "engine/nodes.h"
#include "tests/contract/store_test.h"

namespace ks::contract {

namespace {

// Work with a number of pieces for each node.
class Pieces final : public engine::NodeWork {
public:
    int settle(Tx&, const NodeId& node, int limit) override {
        std::lock_guard lock(mutex_);
        int& left = left_[node];
        int ended = std::min(left, limit);
        left -= ended;
        settled_ += ended;
        return ended;
    }
    void add(const NodeId& node, int count) {
        std::lock_guard lock(mutex_);
        left_[node] += count;
    }
    int settled() {
        std::lock_guard lock(mutex_);
        return settled_;
    }

private:
    std::mutex mutex_;
    std::map<NodeId, int> left_;
    int settled_ = 0;
};

class NodesTest : public StoreTest {
protected:
    engine::Nodes node(bool is_alone = true, NodeId id = NodeId::make()) {
        return {loop_of_this_thread(), store(), clock_, id, {&pieces_}, {.version = "1", .is_alone = is_alone, .lease = lease}};
    }
    // A node that has crashed, or that lives and renews its lease by the test.
    NodeId add_node() {
        Node node{.id = NodeId::make(), .name = "other:80", .version = "1"};
        write([&](Tx& tx) {
            node.started_at = node.renewed_at = tx.nodes().now();
            tx.nodes().insert(node);
        });
        return node.id;
    }
    std::vector<Node> list() {
        return read([](Tx& tx) { return tx.nodes().list(); });
    }

    static constexpr Duration lease{300};
    OffsetClock clock_;
    Pieces pieces_;
};

}  // namespace

TEST_P(NodesTest, ANodeIsKeptUntilItIsRemoved) {
    Node node{NodeId::make(), "host:80", "1", noon, noon + Duration(1)};
    write([&](Tx& tx) { tx.nodes().insert(node); });
    EXPECT_TRUE(write([&](Tx& tx) { return tx.nodes().renew(node.id, noon + Duration(2)); }));
    EXPECT_FALSE(write([&](Tx& tx) { return tx.nodes().renew(NodeId::make(), noon); }));
    auto nodes = list();
    ASSERT_EQ(nodes.size(), 1U);
    EXPECT_EQ(std::tuple(nodes[0].id, nodes[0].name, nodes[0].version), std::tuple(node.id, node.name, node.version));
    EXPECT_EQ(std::pair(nodes[0].started_at, nodes[0].renewed_at), std::pair(noon, noon + Duration(2)));
    auto expired = [&](Time time, const NodeId& but) { return write([&](Tx& tx) { return tx.nodes().lock_expired(time, but); }); };
    EXPECT_FALSE(expired(noon + Duration(1), NodeId::make()));
    EXPECT_TRUE(expired(noon + Duration(2), NodeId::make()));
    EXPECT_FALSE(expired(noon + Duration(2), node.id));
    EXPECT_TRUE(write([&](Tx& tx) { return tx.nodes().remove(node.id); }));
    EXPECT_TRUE(list().empty());
}

TEST_P(NodesTest, AStartSettlesAllThatEarlierNodesHaveLeft) {
    pieces_.add(add_node(), 250);
    pieces_.add(add_node(), 7);
    auto self = node();
    ASSERT_TRUE(run(self.start("host:80")));
    EXPECT_EQ(pieces_.settled(), 257);
    auto nodes = list();
    ASSERT_EQ(nodes.size(), 1U);
    EXPECT_EQ(nodes[0].name, "host:80");
    EXPECT_TRUE(self.holds_lease());
}

TEST_P(NodesTest, AnOrderlyEndSettlesItsOwnWork) {
    NodeId id = NodeId::make();
    pieces_.add(id, 150);
    auto self = node(true, id);
    ASSERT_TRUE(run(self.start("host:80")));
    EXPECT_EQ(pieces_.settled(), 0);
    auto release = [](engine::Nodes& nodes) -> awaitable<Result<void>> {
        co_await nodes.release();
        co_return Result<void>{};
    };
    ASSERT_TRUE(run(release(self)));
    EXPECT_EQ(pieces_.settled(), 150);
    EXPECT_TRUE(list().empty());
}

TEST_P(NodesTest, AnEndedRequestGivesItsDownloadBackUnlessOthersAreOpen) {
    User anna = add_user("anna");
    Share share = add_share(add_file(anna, "a"), {}, {}, 1);
    NodeId dead = NodeId::make(), alive = NodeId::make();
    Download download{DownloadId::make(), share.id, "key", 1};
    write([&](Tx& tx) {
        EXPECT_TRUE(tx.downloads().reserve(share.id, noon));
        tx.downloads().insert(download);
        tx.downloads().insert(DownloadRequest{DownloadRequestId::make(), download.id, dead});
        tx.downloads().insert(DownloadRequest{DownloadRequestId::make(), download.id, alive});
    });
    engine::Downloads downloads(store(), clock_, alive);
    auto under_way = [&] { return read([&](Tx& tx) { return tx.shares().find(share.id)->downloads_under_way; }); };
    auto settle = [&](const NodeId& id) { write([&](Tx& tx) { downloads.settle(tx, id, 10); }); };
    settle(dead);
    EXPECT_EQ(under_way(), 1U);
    settle(alive);
    EXPECT_EQ(under_way(), 0U);
    EXPECT_FALSE(read([&](Tx& tx) { return tx.downloads().find(download.id); }));
    settle(alive);
    EXPECT_EQ(under_way(), 0U);
}

KS_FOR_EVERY_STORE(NodesTest);

using SharedNodesTest = NodesTest;  // of a store that several processes use

TEST_P(SharedNodesTest, ANodeWithoutABusRefusesToStartBesideAnother) {
    NodeId other = add_node();
    std::atomic<bool> ended = false;
    std::thread renewing([&] {
        while (!ended) write([&](Tx& tx) { tx.nodes().renew(other, tx.nodes().now() + Duration(1)); });
    });
    auto self = node();
    auto started = run(self.start("host:80"));
    ended = true;
    renewing.join();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().message.find("other:80"), std::string::npos) << started.error().message;
    EXPECT_EQ(list().size(), 1U);
    EXPECT_EQ(pieces_.settled(), 0);
}

TEST_P(SharedNodesTest, AmongOthersANodeStartsAtOnceAndSettlesNothingOfTheLiving) {
    pieces_.add(add_node(), 1);
    auto self = node(false);
    ASSERT_TRUE(run(self.start("host:80")));
    EXPECT_EQ(list().size(), 2U);
    EXPECT_EQ(pieces_.settled(), 0);
}

INSTANTIATE_TEST_SUITE_P(Stores, SharedNodesTest, testing::Values(StoreKind::Postgres), name_of_kind);

}  // namespace ks::contract
