#pragma once

#include "base/clock.h"
#include "model/access.h"
#include "ports/bus.h"
#include "ports/meta_store.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ks::engine {

enum class PresencePolicy : std::uint8_t { Everyone, Contacts, Off };

struct PresenceSettings {
    PresencePolicy policy = PresencePolicy::Everyone;
    Duration offline_grace{};
};

struct PresenceRow {
    User user;
    bool online = false;
};

// Observes the connections to this node. Loop 0.
class ConnectionObserver {
public:
    virtual ~ConnectionObserver() = default;
    virtual void connected(const UserId& user, const std::string& username) = 0;  // a user's first connection, or a further one
    virtual void disconnected(const UserId& user) = 0;
    virtual void connected_from(const std::string&) {}  // an address
    virtual void disconnected_from(const std::string&) {}
};

// Tracks the connections to all nodes, and the online users: those with a connection, and for offline_grace after the last one closed.
// Thread: any; as an observer, loop 0.
class Presence : public ConnectionObserver {
public:
    // Waits until a new connection, which was reported by connected() and connected_from(), is known to all nodes; it counts among those of
    // each of `keys`. Errors: CONNECTION_LIMIT, UNAVAILABLE.
    virtual awaitable<Result<void>> admit(std::vector<ConnectionKey> keys) = 0;

    // Returns the users visible to the actor, without the actor, by name.
    virtual awaitable<Result<std::vector<PresenceRow>>> list(Actor actor, Page page) = 0;

    virtual awaitable<Result<ConnectionTotals>> totals() = 0;
};

// CONNECTION_LIMIT. `connections`: "from your address", for example.
Error too_many_connections(const std::string& connections, std::size_t limit);

// The users visible to the actor, without the actor, by name.
std::vector<User> visible_users(Tx& tx, PresencePolicy policy, const Actor& actor, const Page& page, Time now);

// UserOnline or UserOffline as it is published. `version`: see EventDelivery.
EventDelivery presence_delivery(const UserId& user, const std::string& username, bool online, const EventContext& context, Time now,
                                std::uint64_t version = 0);

}  // namespace ks::engine
