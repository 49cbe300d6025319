#pragma once

#include "net/http.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks {

// Lets pages of the listed origins call the API (Fetch Standard §3.3). They sign in with a token: a browser hands an answer to a request
// with cookies to such a page only with Access-Control-Allow-Credentials, which is never sent.
class Cors {
public:
    explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

    // Returns the origin as browsers send it, in lower case and without the default port; nullopt when `text` is not scheme://host[:port].
    static std::optional<std::string> parse_origin(std::string_view text);

    // The answer to a browser that asks whether a page may send a request; nullopt when it doesn't, or the origin is not listed.
    std::optional<net::Response> preflight(const net::Request& request) const;

    // The headers of the answer to this request, whatever it is.
    net::HeaderList headers(const net::Request& request) const;

private:
    bool allows(const net::Request& request) const;

    const std::vector<std::string> origins_;
};

}  // namespace ks
