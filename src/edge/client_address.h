#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks {

// The rate-limit key of an address: the IPv4 address, also where it is written as an IPv6 one, or the /64 network of an IPv6 address.
std::string network_of(const std::string& address);

// The proxies whose headers about a request are believed.
class TrustedProxies {
public:
    explicit TrustedProxies(const std::vector<std::string>& networks);  // addresses or CIDR networks, checked by is_network

    bool trusts(const std::string& address) const;

    static bool is_network(std::string_view text);

private:
    struct Network {
        std::string bytes;  // 4 or 16, network order
        int bits;
    };
    static std::optional<Network> parse(std::string_view text);

    std::vector<Network> networks_;
};

}  // namespace ks
