#include "engine/nodes.h"

#include "base/log.h"
#include "runtime/event_loops.h"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>

namespace ks::engine {

namespace {

constexpr int settled_at_once = 100;
constexpr auto renewal_interval = std::chrono::seconds(1);
constexpr auto looking_interval = std::chrono::milliseconds(100);  // while the leases of others run out

}  // namespace

Nodes::Nodes(asio::io_context& loop, MetaStore& store, OffsetClock& clock, NodeId id, std::vector<NodeWork*> work, NodeSettings settings)
    : loop_(loop),
      store_(store),
      clock_(clock),
      work_(std::move(work)),
      settings_(std::move(settings)),
      node_{.id = id, .name = {}, .version = settings_.version},
      timer_(loop) {}

awaitable<Result<void>> Nodes::start(std::string name) {
    node_.name = std::move(name);
    auto begin = [this](Tx& tx) -> Result<Time> {
        Node node = node_;
        node.started_at = node.renewed_at = tx.nodes().now();
        tx.nodes().insert(node);
        return node.started_at;
    };
    renewed_at_ = renewed_since_ = Steady::now();
    KS_CO_TRY(node_.started_at, co_await write_reclaiming_space(store_, std::move(begin)));
    if (!store_.is_shared()) {
        while (true) {
            KS_CO_TRY(Round round, co_await renew_and_settle(true));
            if (!round.settled_some) co_return Result<void>{};
        }
    }
    if (settings_.is_alone) co_return co_await wait_for_others();
    co_return Result<void>{};
}

// Nothing but their leases tells nodes that are alive from those that have crashed.
awaitable<Result<void>> Nodes::wait_for_others() {
    KS_CO_TRY(auto seen, co_await list());
    if (seen.size() > 1) log::info("waiting for the lease of an earlier process", {{"lease_ms", settings_.lease.count()}});
    while (true) {
        KS_CO_TRY(auto nodes, co_await list());
        auto is_alive = [&seen](const Node& node) {
            return std::any_of(seen.begin(), seen.end(),
                               [&](const Node& old) { return old.id == node.id && old.renewed_at < node.renewed_at; });
        };
        std::erase_if(nodes, [this](const Node& node) { return node.id == node_.id; });
        if (nodes.empty()) co_return Result<void>{};
        if (auto alive = std::find_if(nodes.begin(), nodes.end(), is_alive); alive != nodes.end()) {
            co_await release();
            co_return fail(
                ErrorCode::InvalidRequest,
                "the node " + alive->name + " uses the same database; stop it, or set bus.url on both so that they share their events");
        }
        KS_CO_CHECK(co_await renew_and_settle(false));
        timer_.expires_after(looking_interval);
        co_await timer_.async_wait(asio::use_awaitable);
    }
}

// Settles work of one kind, so that each transaction locks its rows in the order of the ports. Returns whether there was any.
bool Nodes::settle_some(Tx& tx, const NodeId& node) {
    return std::any_of(work_.begin(), work_.end(), [&](NodeWork* work) { return work->settle(tx, node, settled_at_once) > 0; });
}

// Renews the lease and settles some work of one node whose lease has expired: of any node, if `at_once`.
awaitable<Result<Nodes::Round>> Nodes::renew_and_settle(bool at_once) {
    auto sent = Steady::now();
    // After an outage of the database all leases look expired, and nobody has died.
    bool may_settle = at_once || sent - renewed_since_ >= settings_.lease;
    struct Renewal {
        Round round;
        Time now;
    };
    auto apply = [this, at_once, may_settle](Tx& tx) -> Result<Renewal> {
        Renewal renewal{.now = tx.nodes().now()};
        renewal.round.renewed = tx.nodes().renew(node_.id, renewal.now);
        if (!renewal.round.renewed && !is_released_) {
            Node again = node_;
            again.renewed_at = renewal.now;
            tx.nodes().insert(again);
        }
        auto expired = may_settle ? tx.nodes().lock_expired(at_once ? Time::max() : renewal.now - settings_.lease, node_.id) : std::nullopt;
        if (!expired) return renewal;
        renewal.round.settled_some = true;
        if (!settle_some(tx, expired->id)) tx.nodes().remove(expired->id);
        return renewal;
    };
    auto renewal = co_await write_reclaiming_space(store_, std::move(apply));
    if (!renewal) {
        renewed_since_ = Steady::time_point::max();
        co_return tl::unexpected(std::move(renewal.error()));
    }
    if (renewed_since_ == Steady::time_point::max()) renewed_since_ = sent;
    renewed_at_ = sent;
    if (store_.is_shared()) {
        auto halfway = std::chrono::duration_cast<Duration>(Steady::now() - sent) / 2;
        clock_.set_offset(renewal->now + halfway - SystemClock().now());
    }
    co_return renewal->round;
}

void Nodes::keep() {
    if (store_.is_shared()) spawn(loop_.get_executor(), renew(), "lease");
}

awaitable<void> Nodes::renew() {
    boost::system::error_code ignored;
    while (true) {
        auto round = co_await renew_and_settle(false);
        if (is_released_) co_return;
        if (!round) log::warning("renewing the lease of this node failed", {{"reason", round.error().detail}});
        if (round && !round->renewed) {
            log::warning("other nodes had taken this one for dead; its lease begins anew");
            for (NodeWork* work : work_) work->on_settled_by_others();
        }
        timer_.expires_after(round && round->settled_some ? Duration(0) : Duration(renewal_interval));
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        if (is_released_) co_return;
    }
}

awaitable<void> Nodes::release() {
    is_released_ = true;
    timer_.cancel();
    bool is_last = std::none_of(work_.begin(), work_.end(), [](const NodeWork* work) { return work->outlives_node(); });
    auto apply = [this, is_last](Tx& tx) -> Result<bool> {
        bool more = settle_some(tx, node_.id);
        if (!more && is_last) tx.nodes().remove(node_.id);
        return more;
    };
    for (bool more = true; more;) {
        auto settled = co_await write_reclaiming_space(store_, apply);
        if (!settled) log::warning("ending the lease of this node failed", {{"reason", settled.error().detail}});
        more = settled.value_or(false);
    }
}

awaitable<Result<std::vector<Node>>> Nodes::list() {
    auto look = [](Tx& tx) -> Result<std::vector<Node>> { return tx.nodes().list(); };
    return read(store_, std::move(look));
}

bool Nodes::holds_lease() const { return !store_.is_shared() || Steady::now() - renewed_at_.load() < settings_.lease; }

}  // namespace ks::engine
