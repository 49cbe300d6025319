#pragma once

#include "base/siphash.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ks::net {

// How many connections each address has open; of IPv6 each network of 64 bits. In constant memory: a keyed hash picks one counter of a
// fixed table, so two addresses share one in 65,536. Thread: any.
class ConnectionCounts {
public:
    ConnectionCounts();

    // Counts one more, unless there are `limit` of them already. False: there are.
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
