#pragma once

#include "net/http.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::edge {

// CORS for pages of the configured origins (Fetch Standard §3.3). Such pages authenticate by token: without
// Access-Control-Allow-Credentials, which is never sent, browsers withhold responses to requests with cookies.
class Cors {
public:
    explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

    // Returns the origin as browsers send it, in lower case and without the default port; nullopt unless `text` is scheme://host[:port].
    static std::optional<std::string> parse_origin(std::string_view text);

    // Returns the response to a CORS preflight; nullopt if the request is none or its origin is not listed.
    std::optional<net::Response> preflight(const net::Request& request) const;

    // Returns the CORS headers for any response to this request.
    net::HeaderList headers(const net::Request& request) const;

private:
    bool allows(const net::Request& request) const;

    const std::vector<std::string> origins_;
};

}  // namespace ks::edge
