#include "net/connection_counts.h"

#include "base/crypto.h"

#include <boost/asio/ip/address.hpp>

#include <span>

namespace ks::net {

ConnectionCounts::ConnectionCounts() { random_bytes(std::as_writable_bytes(std::span(key_))); }

std::size_t ConnectionCounts::index_of(const std::string& address) const {
    boost::system::error_code error;
    auto parsed = boost::asio::ip::make_address(address, error);
    if (error || parsed.is_v4()) return siphash(key_, address) % counters;
    auto bytes = parsed.to_v6().to_bytes();
    return siphash(key_, std::string_view(reinterpret_cast<const char*>(bytes.data()), 8)) % counters;
}

bool ConnectionCounts::add(const std::string& address, std::uint64_t limit) {
    auto& count = counts_[index_of(address)];
    if (count.fetch_add(1, std::memory_order_relaxed) < limit) return true;
    count.fetch_sub(1, std::memory_order_relaxed);
    return false;
}

void ConnectionCounts::remove(const std::string& address) { counts_[index_of(address)].fetch_sub(1, std::memory_order_relaxed); }

std::uint32_t ConnectionCounts::of(const std::string& address) const { return counts_[index_of(address)].load(std::memory_order_relaxed); }

}  // namespace ks::net
