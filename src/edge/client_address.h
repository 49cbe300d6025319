#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::edge {

// Returns the rate-limit key of an address: the IPv4 address (also if IPv4-mapped), or the /64 prefix of an IPv6 address.
std::string network_of(const std::string& address);

// Proxies trusted to set Forwarded and X-Forwarded-* headers. Thread-safe: immutable.
class TrustedProxies {
public:
    explicit TrustedProxies(const std::vector<std::string>& networks);  // addresses or CIDR networks; each must pass is_network()

    bool trusts(const std::string& address) const;

    static bool is_network(std::string_view text);

private:
    struct Network {
        std::string bytes;  // 4 or 16 bytes in network order
        int bits;
    };
    static std::optional<Network> parse(std::string_view text);

    std::vector<Network> networks_;
};

}  // namespace ks::edge
