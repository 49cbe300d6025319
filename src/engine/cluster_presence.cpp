#include "engine/cluster_presence.h"

#include "base/log.h"
#include "engine/journal.h"
#include "runtime/event_loops.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace ks::engine {

namespace {

constexpr auto look_interval = std::chrono::seconds(2);
constexpr auto retry_interval = std::chrono::seconds(1);
constexpr Duration longest_commit{5000};  // between the time of a change and its commit

}  // namespace

struct ClusterPresence::Entry final : WheelTimer {
    Entry(ClusterPresence& presence, ConnectionKey key) : presence(presence), key(std::move(key)) {}
    void on_deadline(Steady::time_point) override { presence.on_grace_over(*this); }

    // Whether the row may be removed.
    bool is_gone() const { return connections == 0 && !armed(); }

    ClusterPresence& presence;
    const ConnectionKey key;
    std::int64_t connections = 0;  // to this node
    std::int64_t waiting = 0;      // of these, to be decided by admit()
    bool is_marked = false;
};

ClusterPresence::ClusterPresence(asio::io_context& loop, TimerWheel& wheel, MetaStore& store, StreamTails& tails, const Clock& clock,
                                 NodeId node, Settings settings)
    : loop_(loop), wheel_(wheel), store_(store), tails_(tails), clock_(clock), node_(node), settings_(settings) {}

ClusterPresence::~ClusterPresence() = default;

void ClusterPresence::start() {
    if (settings_.presence.policy != PresencePolicy::Off) wheel_.arm(*this, Steady::now() + look_interval);
}

void ClusterPresence::stop() {
    is_stopped_ = true;
    for (Admission& admission : std::exchange(admissions_, {})) admission.resume(fail(ErrorCode::Unavailable, "The server is stopping"));
}

ClusterPresence::Entry& ClusterPresence::entry_of(const ConnectionKey& key) {
    auto& entry = entries_[key];
    if (!entry) entry = std::make_unique<Entry>(*this, key);
    return *entry;
}

void ClusterPresence::connected(const UserId& user, const std::string&) {
    connect(user);
    entry_of(user).disarm();
}

void ClusterPresence::connected_from(const std::string& address) { connect(address); }

void ClusterPresence::connect(const ConnectionKey& key) {
    Entry& entry = entry_of(key);
    ++entry.connections;
    ++entry.waiting;
}

void ClusterPresence::disconnected(const UserId& user) {
    Entry& entry = entry_of(user);
    if (entry.connections == 1) wheel_.arm(entry, Steady::now() + settings_.presence.offline_grace);
    disconnect(entry);
}

void ClusterPresence::disconnected_from(const std::string& address) { disconnect(entry_of(address)); }

void ClusterPresence::disconnect(Entry& entry) {
    KS_ASSERT(entry.connections > 0);
    --entry.connections;
    mark(entry);
}

void ClusterPresence::on_grace_over(Entry& entry) { mark(entry); }

void ClusterPresence::mark(Entry& entry) {
    if (!std::exchange(entry.is_marked, true)) marked_.push_back(entry.key);
    begin_flush();
}

awaitable<Result<void>> ClusterPresence::admit(std::vector<ConnectionKey> keys) {
    auto wait = [this, keys = std::move(keys)](Resume<Result<void>> resume) mutable {
        auto push = [this, admission = Admission{std::move(keys), std::move(resume)}]() mutable {
            admissions_.push_back(std::move(admission));
            begin_flush();
        };
        asio::dispatch(loop_, std::move(push));
    };
    return suspend<Result<void>>(std::move(wait));
}

void ClusterPresence::begin_flush() {
    if (is_flushing_ || is_stopped_) return;
    is_flushing_ = true;
    spawn(loop_.get_executor(), flush(), "connections");
}

awaitable<void> ClusterPresence::flush() {
    boost::system::error_code ignored;
    while (!admissions_.empty() || !marked_.empty()) {
        Batch batch = next_batch();
        auto work = [this, batch](Tx& tx) { return apply(tx, batch); };
        auto outcome = co_await write_reclaiming_space(store_, std::move(work));
        admit_or_refuse(batch, outcome);
        if (outcome) {
            forget_gone(batch);
            continue;
        }
        log::warning("recording connections failed; trying again", {{"reason", outcome.error().detail}});
        for (const ConnectionKey& key : batch.keys) {
            Entry& entry = entry_of(key);
            if (!std::exchange(entry.is_marked, true)) marked_.push_back(key);
        }
        asio::steady_timer timer(loop_, retry_interval);
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    is_flushing_ = false;
}

// Takes the first admissions, then marked keys.
ClusterPresence::Batch ClusterPresence::next_batch() {
    Batch batch;
    auto index_of = [this, &batch](const ConnectionKey& key) {
        auto found = std::find(batch.keys.begin(), batch.keys.end(), key);
        if (found != batch.keys.end()) return static_cast<std::size_t>(found - batch.keys.begin());
        const Entry& entry = entry_of(key);
        batch.keys.push_back(key);
        batch.connections.push_back(entry.connections - entry.waiting);
        batch.stays.push_back(entry.waiting > 0 || entry.armed());
        return batch.keys.size() - 1;
    };
    for (const Admission& admission : admissions_) {
        if (batch.keys.size() + admission.keys.size() > ConnectionTable::max_keys) break;
        std::vector<std::size_t>& indexes = batch.admissions.emplace_back();
        for (const ConnectionKey& key : admission.keys) indexes.push_back(index_of(key));
    }
    for (; !marked_.empty() && batch.keys.size() < ConnectionTable::max_keys; marked_.pop_front()) {
        entry_of(marked_.front()).is_marked = false;
        index_of(marked_.front());
    }
    return batch;
}

// Users in the order of their ids: the transaction locks their rows.
Result<ClusterPresence::Refusals> ClusterPresence::apply(Tx& tx, Batch batch) const {
    Refusals refusals(batch.admissions.size());
    tx.connections().lock(batch.keys);
    const std::vector<ClusterCount> counts = tx.connections().counts(batch.keys, node_);
    for (std::size_t i = 0; i < refusals.size(); ++i) {
        for (std::size_t key : batch.admissions[i]) {
            auto limit = static_cast<std::int64_t>(limit_of(batch.keys[key]));
            bool is_full = counts[key].connections + batch.connections[key] >= limit;
            if (is_full && !refusals[i]) refusals[i] = key;
        }
        if (refusals[i]) continue;
        for (std::size_t key : batch.admissions[i]) ++batch.connections[key];
    }
    std::vector<std::pair<UserId, bool>> changes;
    for (std::size_t i = 0; i < batch.keys.size(); ++i) {
        bool is_here = batch.connections[i] > 0 || (batch.stays[i] && counts[i].has_row);
        if (is_here) tx.connections().put(batch.keys[i], node_, batch.connections[i]);
        if (!is_here && counts[i].has_row) tx.connections().remove(batch.keys[i], node_);
        const auto* user = std::get_if<UserId>(&batch.keys[i]);
        if (user && counts[i].other_nodes == 0 && is_here != counts[i].has_row) changes.emplace_back(*user, is_here);
    }
    std::sort(changes.begin(), changes.end());
    for (const auto& [user, online] : changes) note_change(tx, user, online);
    return refusals;
}

void ClusterPresence::note_change(Tx& tx, const UserId& user, bool online) const {
    auto row = tx.users().find(user);
    if (!row) return;
    if (!online) tx.users().set_last_seen(user, clock_.now());
    std::uint64_t version = tx.connections().note_change(user, online, clock_.now());
    if (settings_.presence.policy == PresencePolicy::Off) return;
    tx.publish(presence_delivery(user, row->username, online, context_of(tx, user), clock_.now(), version));
}

EventContext ClusterPresence::context_of(Tx& tx, const UserId& user) const {
    EventContext context{.self = user};
    if (settings_.presence.policy == PresencePolicy::Contacts) context.contacts = tx.users().contacts(user, clock_.now());
    return context;
}

void ClusterPresence::admit_or_refuse(const Batch& batch, const Result<Refusals>& outcome) {
    for (std::size_t i = 0; i < batch.admissions.size(); ++i) {
        Admission admission = std::move(admissions_.front());
        admissions_.pop_front();
        for (const ConnectionKey& key : admission.keys) --entry_of(key).waiting;
        if (!outcome) {
            admission.resume(tl::unexpected(outcome.error()));
        } else if (auto key = (*outcome)[i]) {
            admission.resume(tl::unexpected(refusal(batch.keys[*key])));
        } else {
            admission.resume(Result<void>{});
        }
    }
}

void ClusterPresence::forget_gone(const Batch& batch) {
    for (std::size_t i = 0; i < batch.keys.size(); ++i) {
        auto found = entries_.find(batch.keys[i]);
        if (found != entries_.end() && found->second->is_gone() && !found->second->is_marked) entries_.erase(found);
    }
}

std::size_t ClusterPresence::limit_of(const ConnectionKey& key) const {
    return std::holds_alternative<UserId>(key) ? settings_.max_connections_per_user : settings_.max_connections_per_ip;
}

Error ClusterPresence::refusal(const ConnectionKey& key) const {
    return too_many_connections(std::holds_alternative<UserId>(key) ? "of this user" : "from your address", limit_of(key));
}

awaitable<Result<std::vector<PresenceRow>>> ClusterPresence::list(Actor actor, Page page) {
    auto look = [this, actor, page](Tx& tx) -> Result<std::vector<PresenceRow>> {
        std::vector<User> users = visible_users(tx, settings_.presence.policy, actor, page, clock_.now());
        std::vector<UserId> ids;
        for (const User& user : users) ids.push_back(user.id);
        std::vector<bool> online = tx.connections().are_online(ids);
        std::vector<PresenceRow> rows;
        for (std::size_t i = 0; i < users.size(); ++i) rows.push_back({std::move(users[i]), online[i]});
        return rows;
    };
    return read(store_, std::move(look));
}

awaitable<Result<ConnectionTotals>> ClusterPresence::totals() {
    auto count = [](Tx& tx) -> Result<ConnectionTotals> { return tx.connections().totals(); };
    return read(store_, std::move(count));
}

int ClusterPresence::settle(Tx& tx, const NodeId& node, int limit) {
    if (node == node_) return 0;
    auto keys = tx.connections().keys_of(node, std::min<int>(limit, ConnectionTable::max_keys));
    if (keys.empty()) return 0;
    tx.connections().lock(keys);
    const std::vector<ClusterCount> counts = tx.connections().counts(keys, node);
    std::vector<UserId> left;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        tx.connections().remove(keys[i], node);
        const auto* user = std::get_if<UserId>(&keys[i]);
        if (user && counts[i].has_row && counts[i].other_nodes == 0) left.push_back(*user);
    }
    std::sort(left.begin(), left.end());
    for (const UserId& user : left) note_change(tx, user, false);
    return static_cast<int>(keys.size());
}

void ClusterPresence::on_settled_by_others() {
    for (const auto& [key, entry] : entries_) mark(*entry);
}

void ClusterPresence::on_deadline(Steady::time_point) { spawn(loop_.get_executor(), look_for_missed(), "presence"); }

awaitable<void> ClusterPresence::look_for_missed() {
    Time now = clock_.now();
    Time since = looked_at_.value_or(now) - longest_commit;
    auto look = [this, since](Tx& tx) -> Result<std::vector<EventDelivery>> {
        std::vector<EventDelivery> missed;
        for (const PresenceChange& change : tx.connections().changes_since(since)) {
            auto delivery =
                presence_delivery(change.user_id, change.username, change.is_online, {.self = change.user_id}, change.at, change.version);
            if (tails_.has_passed(delivery.coalescing_key, change.version)) continue;
            delivery = presence_delivery(change.user_id, change.username, change.is_online, context_of(tx, change.user_id), change.at,
                                         change.version);
            missed.push_back(std::move(delivery));
        }
        return missed;
    };
    auto missed = co_await read(store_, std::move(look));
    if (missed) {
        looked_at_ = now;
        std::vector<BusMessagePtr> messages;
        for (EventDelivery& delivery : *missed) messages.push_back(std::make_shared<const BusMessage>(std::move(delivery)));
        tails_.publish(messages);
    }
    wheel_.arm(*this, Steady::now() + look_interval);
}

}  // namespace ks::engine
