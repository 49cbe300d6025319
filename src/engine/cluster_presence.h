#pragma once

#include "engine/nodes.h"
#include "engine/presence.h"
#include "engine/stream_tails.h"

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ks::engine {

// Presence of an installation with several nodes, in the database: a row of each user and each address at each node, with their
// connections. Changes are written in batches: while a transaction runs, the next one's are collected.
//
// Changes of presence are told over the bus. They are not in the journal, so each node also reads the recent ones from the database, and
// tells those that it has missed; versions order them.
class ClusterPresence final : public Presence, public NodeWork, private WheelTimer {
public:
    struct Settings {
        PresenceSettings presence;
        std::size_t max_connections_per_user = 0;
        std::size_t max_connections_per_ip = 0;
    };

    // All references must outlive it.
    ClusterPresence(asio::io_context& loop, TimerWheel& wheel, MetaStore& store, StreamTails& tails, const Clock& clock, NodeId node,
                    Settings settings);
    ~ClusterPresence() override;

    void start();  // begins to look for missed changes
    void stop();   // resumes those that wait in admit(); call after the store and the loops have stopped

    // Each of the first two must be followed by admit() with the key.
    void connected(const UserId& user, const std::string& username) override;
    void connected_from(const std::string& address) override;
    void disconnected(const UserId& user) override;
    void disconnected_from(const std::string& address) override;

    awaitable<Result<void>> admit(std::vector<ConnectionKey> keys) override;
    awaitable<Result<std::vector<PresenceRow>>> list(Actor actor, Page page) override;
    awaitable<Result<ConnectionTotals>> totals() override;

    // Thread: of the store. The rows of this node itself stay until its lease has expired: its users are about to connect to other nodes.
    int settle(Tx& tx, const NodeId& node, int limit) override;
    bool outlives_node() const override { return true; }
    void on_settled_by_others() override;

private:
    struct Entry;
    struct Admission {
        std::vector<ConnectionKey> keys;
        Resume<Result<void>> resume;
    };
    // The part of the state that one transaction writes.
    struct Batch {
        std::vector<ConnectionKey> keys{};
        std::vector<std::int64_t> connections{};  // of each key: those that were admitted
        std::vector<bool> stays{};                // of each key: a row without connections is kept, as its user is about to return
        std::vector<std::vector<std::size_t>> admissions{};  // of each of the first admissions_: indexes of its keys
    };
    using Refusals = std::vector<std::optional<std::size_t>>;  // of each admission: the index of the key with too many connections

    Entry& entry_of(const ConnectionKey& key);
    void connect(const ConnectionKey& key);
    void disconnect(Entry& entry);
    void on_grace_over(Entry& entry);
    void mark(Entry& entry);
    void begin_flush();
    awaitable<void> flush();
    Batch next_batch();
    void admit_or_refuse(const Batch& batch, const Result<Refusals>& outcome);
    void forget_gone(const Batch& batch);
    Result<Refusals> apply(Tx& tx, Batch batch) const;
    void note_change(Tx& tx, const UserId& user, bool online) const;
    EventContext context_of(Tx& tx, const UserId& user) const;
    Error refusal(const ConnectionKey& key) const;
    std::size_t limit_of(const ConnectionKey& key) const;

    void on_deadline(Steady::time_point now) override;
    awaitable<void> look_for_missed();

    asio::io_context& loop_;
    TimerWheel& wheel_;
    MetaStore& store_;
    StreamTails& tails_;
    const Clock& clock_;
    const NodeId node_;
    const Settings settings_;
    std::unordered_map<ConnectionKey, std::unique_ptr<Entry>> entries_;
    std::deque<Admission> admissions_;
    std::deque<ConnectionKey> marked_;  // of entries that differ from their rows
    bool is_flushing_ = false;
    bool is_stopped_ = false;
    std::optional<Time> looked_at_{};  // when missed changes were last read
};

}  // namespace ks::engine
