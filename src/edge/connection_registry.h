#pragma once

#include "base/result.h"
#include "engine/presence.h"

#include <string>
#include <unordered_map>
#include <utility>

namespace ks {

struct ConnectionLimits {
    std::size_t max_connections = 100'000;
    std::size_t max_connections_per_user = 20;
    std::size_t max_connections_per_ip = 200;
};

// Counts the realtime connections of this node and enforces the limits on them. Loop 0 only.
class ConnectionRegistry {
public:
    ConnectionRegistry(Presence& presence, ConnectionLimits settings) : presence_(presence), settings_(settings) {}

    using Address = std::pair<const std::string, std::size_t>;  // address and its number of connections

    Result<Address*> add_connection(const std::string& address);  // CONNECTION_LIMIT; the pointer is valid until remove_connection()
    void remove_connection(Address& address);
    Result<void> add_user(const UserId& user, const std::string& username);  // CONNECTION_LIMIT
    void remove_user(const UserId& user);

    std::size_t total() const { return total_; }
    const std::unordered_map<UserId, std::size_t>& by_user() const { return by_user_; }

private:
    Presence& presence_;
    const ConnectionLimits settings_;
    std::size_t total_ = 0;
    std::unordered_map<std::string, std::size_t> by_address_;
    std::unordered_map<UserId, std::size_t> by_user_;
};

}  // namespace ks
