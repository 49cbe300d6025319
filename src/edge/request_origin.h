#pragma once

#include "edge/client_address.h"
#include "net/http.h"

#include <optional>
#include <string>

namespace ks::edge {

// Origin of a request as seen through trusted proxies: client address, requested authority, scheme. Evaluates proxy headers only from
// trusted peers, walking from the nearest node outward until the first untrusted one. X-Forwarded-* takes precedence over Forwarded: a
// proxy that sets the former passes the latter through unchanged from the client.
struct RequestOrigin {
    std::string client;              // IP address; the last known node if a proxy hides earlier ones
    std::string authority;           // host[:port] as sent, not validated; empty: none sent
    std::optional<bool> uses_tls{};  // nullopt: no trusted proxy set the scheme
};

RequestOrigin origin_of(const net::Request& request, const TrustedProxies& proxies);

}  // namespace ks::edge
