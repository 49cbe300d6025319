#pragma once

#include "base/clock.h"
#include "ports/meta_store.h"
#include "runtime/timer_wheel.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <string>
#include <vector>

namespace ks::engine {

// A kind of work under way, with rows that name their node.
class NodeWork {
public:
    virtual ~NodeWork() = default;

    // Ends up to `limit` pieces of the node's work, as if it had been interrupted. Returns their number.
    virtual int settle(Tx& tx, const NodeId& node, int limit) = 0;

    // Whether this work is settled only when the lease has expired, even if the node ends it.
    virtual bool outlives_node() const { return false; }

    // Tells a node that was taken for dead, and is not, that others have settled its work.
    virtual void on_settled_by_others() {}
};

struct NodeSettings {
    std::string version;
    bool is_alone = true;  // has no bus to other nodes
    Duration lease{std::chrono::seconds(5)};
};

// This process among the nodes of the installation. Holds a lease that it renews every second, and settles the work of the nodes whose
// leases have expired. Nothing is settled twice, and no node does this more than another. Thread: loop 0, except list(), which any may
// call.
//
// A node that was only slow may still run after its work was settled: its writes prove that their rows are still theirs (Upload::turn,
// DownloadRequest), and its lease begins anew.
class Nodes {
public:
    // All references must outlive it. `clock` is set to the database's time with every renewal.
    Nodes(asio::io_context& loop, MetaStore& store, OffsetClock& clock, NodeId id, std::vector<NodeWork*> work, NodeSettings settings);

    // Begins the lease. If this is the only process that can use the database, or no bus joins it to others, the work of all earlier nodes
    // is settled when it returns. INVALID_REQUEST if this node has no bus and another one is alive. `name`: see Node.
    awaitable<Result<void>> start(std::string name);

    void keep();                // starts to renew the lease, if other processes can use the database
    awaitable<void> release();  // settles what is left and ends the lease

    awaitable<Result<std::vector<Node>>> list();

    // Returns whether the lease was renewed recently enough to be unexpired for all nodes.
    bool holds_lease() const;

private:
    struct Round {
        bool renewed = false;
        bool settled_some = false;
    };
    bool settle_some(Tx& tx, const NodeId& node);
    awaitable<Result<Round>> renew_and_settle(bool at_once);
    awaitable<Result<void>> wait_for_others();
    awaitable<void> renew();

    asio::io_context& loop_;
    MetaStore& store_;
    OffsetClock& clock_;
    const std::vector<NodeWork*> work_;
    const NodeSettings settings_;
    Node node_;
    asio::steady_timer timer_;
    std::atomic<bool> is_released_ = false;
    std::atomic<Steady::time_point> renewed_at_{};  // when the last successful renewal was sent
    Steady::time_point renewed_since_{};            // without a failure
};

}  // namespace ks::engine
