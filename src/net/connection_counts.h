#pragma once

#include "base/siphash.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ks::net {

// Counts the open connections per IPv4 address or IPv6 /64 network, in constant memory: a keyed hash selects a counter of a fixed table, so
// two addresses share a counter with probability 1/65,536. Thread-safe.
class ConnectionCounts {
public:
    ConnectionCounts();

    // Adds a connection. Returns false, without counting it, if `limit` is reached.
    bool add(const std::string& address, std::uint64_t limit);
    void remove(const std::string& address);
    std::uint32_t of(const std::string& address) const;

private:
    static constexpr std::size_t counters = 1 << 16;

    std::size_t index_of(const std::string& address) const;

    SipKey key_;
    std::array<std::atomic<std::uint32_t>, counters> counts_{};
};

}  // namespace ks::net
