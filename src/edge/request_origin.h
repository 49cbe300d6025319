#pragma once

#include "edge/client_address.h"
#include "net/http.h"

#include <optional>
#include <string>

namespace ks {

// Where a request came from, and which address of this server it named. Headers of proxies count only from a trusted one: the walk goes
// from the nearest node outward and ends with the first that is not trusted. X-Forwarded-… takes precedence over Forwarded: a proxy that
// writes the one passes on the other as the client sent it.
struct RequestOrigin {
    std::string client;              // IP address; of the last known node where a proxy hides the ones before it
    std::string authority;           // host[:port] as it was sent, not validated; empty where the request names none
    std::optional<bool> uses_tls{};  // nullopt: no trusted proxy says
};

RequestOrigin origin_of(const net::Request& request, const TrustedProxies& proxies);

}  // namespace ks
