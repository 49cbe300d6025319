#pragma once

#include "net/http.h"

#include <string>
#include <vector>

namespace ks {

// What limits per address go by: the address itself, of IPv6 the network (64 bits) that one customer has.
std::string network_of(const std::string& address);

// Whom a request comes from: the socket's peer, or, where that is a trusted proxy, the last address in X-Forwarded-For that is none.
class TrustedProxies {
public:
    explicit TrustedProxies(const std::vector<std::string>& networks);  // addresses or CIDR networks, checked by is_network

    std::string client_of(const net::Request& request) const;
    bool trusts(const std::string& address) const;

    static bool is_network(const std::string& text);

private:
    struct Network {
        std::string bytes;  // 4 or 16, network order
        int bits;
    };
    static std::optional<Network> parse(const std::string& text);

    std::vector<Network> networks_;
};

}  // namespace ks
