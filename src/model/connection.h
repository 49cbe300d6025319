#pragma once

#include "base/clock.h"
#include "base/id.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ks {

// Real-time connections that are counted together: those of a user, or those from an address.
using ConnectionKey = std::variant<UserId, std::string>;

// Connections of one key as one node sees them.
struct ClusterCount {
    bool has_row = false;          // of this node
    std::int64_t other_nodes = 0;  // with a row
    std::int64_t connections = 0;  // on the other nodes
};

// Connections to all nodes.
struct ConnectionTotals {
    std::int64_t connections = 0;
    std::vector<std::pair<UserId, std::int64_t>> by_user{};  // with at least one connection
};

struct PresenceChange {
    UserId user_id;
    std::string username;
    bool is_online = false;
    std::uint64_t version = 0;  // grows with each change of this user's presence
    Time at{};
};

}  // namespace ks
