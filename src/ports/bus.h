#pragma once

#include "ports/bus_message.h"

#include <functional>
#include <variant>

namespace ks {

// Messages that a node is interested in: events of a user, events for the watchers of a share, or requests and responses to the node.
using BusTopic = std::variant<UserId, ShareId, NodeId>;

enum class BusState : std::uint8_t {
    Local,        // the installation has one node: messages are neither lost nor reordered
    Connected,    // to the other nodes
    Disconnected  // until it reconnects by itself
};

// Delivers messages to every node of an installation, including this one. Best-effort between nodes: events that must not be lost are in
// the journal. Messages for users, watchers or a node alone reach other nodes only while these watch one of the topics; all others reach
// every node. Thread-safe, except subscribe() and on_lost(), which must be called before start(). The defaults are those of a bus within
// one process.
class Bus {
public:
    virtual ~Bus() = default;

    // BusMessages published by one thread arrive in order, each once. The listeners of this node are called before it returns.
    virtual void publish(BusMessages messages) = 0;

    // The listener is called on any thread and must not block.
    virtual void subscribe(std::function<void(BusMessages)> listener) = 0;

    // The listener is told, on any thread, that messages from other nodes may be lost: after a reconnect, or after too many came at once.
    virtual void on_lost(std::function<void()>) {}

    virtual void start() {}
    // Sends what was published. Afterwards it calls neither the listeners, except for messages of this node, nor `ready` of watch().
    // Idempotent.
    virtual void stop() {}

    // Watches a topic until the same number of unwatch(). Calls `ready` on any thread: messages published from then on arrive, unless the
    // bus is disconnected.
    virtual void watch(const BusTopic&, std::function<void()> ready) { ready(); }
    virtual void unwatch(const BusTopic&) {}

    virtual BusState state() const { return BusState::Local; }
};

}  // namespace ks
