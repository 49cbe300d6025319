#pragma once

#include "base/result.h"
#include "engine/presence.h"

#include <boost/asio/io_context.hpp>

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ks::edge {

struct ConnectionLimits {
    std::size_t max_connections;
    std::size_t max_connections_per_user;
    std::size_t max_connections_per_ip;
};

class ConnectionRegistry;

// Connections that are counted together: those from an address, or those of a user.
template <class Key>
struct ConnectionCount {
    ConnectionRegistry* registry;  // null once the registry is destroyed
    const Key key;
    std::size_t connections = 0;
};

// A connection's place in a ConnectionCount, released on destruction. Thread: any; the count itself changes on loop 0.
template <class Key>
class CountedConnection {
public:
    CountedConnection() = default;  // counted nowhere
    CountedConnection(CountedConnection&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
    CountedConnection& operator=(CountedConnection&& other) noexcept {
        CountedConnection released(std::move(*this));
        count_ = std::exchange(other.count_, nullptr);
        return *this;
    }
    ~CountedConnection();

    explicit operator bool() const { return count_ != nullptr; }

private:
    friend class ConnectionRegistry;
    explicit CountedConnection(ConnectionCount<Key>& count) : count_(&count) { ++count.connections; }

    static void release(ConnectionCount<Key>* count);  // on loop 0, or once it has stopped

    ConnectionCount<Key>* count_ = nullptr;
};

using CountedUser = CountedConnection<UserId>;

// The places of one connection: among those from its address and, once it has signed in, among those of its user.
struct ConnectionSlot {
    CountedConnection<std::string> address{};
    CountedUser user{};
};

struct Admission {
    ConnectionSlot slot{};
    std::optional<std::int64_t> events_after{};  // see Authenticator::admit()
    std::optional<Error> refusal{};              // CONNECTION_LIMIT
};

// Counts the realtime connections of this node and enforces the limits on them. Loop 0 only; slots are released from any loop, also after
// the registry is destroyed.
class ConnectionRegistry {
public:
    ConnectionRegistry(asio::io_context& loop, std::vector<engine::ConnectionObserver*> observers, ConnectionLimits settings)
        : loop_(loop), observers_(std::move(observers)), settings_(settings) {}
    ~ConnectionRegistry();
    ConnectionRegistry(const ConnectionRegistry&) = delete;
    ConnectionRegistry& operator=(const ConnectionRegistry&) = delete;

    // Counts a connection, and its user if it has one. If only the user has too many connections, the slot still holds the address.
    Admission admit(const std::string& address, const std::optional<Actor>& user);

    Result<CountedUser> sign_in(const Actor& user);  // a connection that was admitted without a user; CONNECTION_LIMIT

    std::size_t total() const { return total_; }
    const std::unordered_map<UserId, ConnectionCount<UserId>*>& by_user() const { return by_user_; }

private:
    template <class Key>
    friend class CountedConnection;
    template <class Key>
    using Counts = std::unordered_map<Key, ConnectionCount<Key>*>;

    template <class Key>
    ConnectionCount<Key>& count_of(Counts<Key>& counts, const Key& key);
    void leave(ConnectionCount<std::string>& address);
    void leave(ConnectionCount<UserId>& user);

    asio::io_context& loop_;
    const std::vector<engine::ConnectionObserver*> observers_;
    const ConnectionLimits settings_;
    std::size_t total_ = 0;
    Counts<std::string> by_address_;
    Counts<UserId> by_user_;
};

}  // namespace ks::edge
