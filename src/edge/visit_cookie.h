#pragma once

#include "edge/app.h"
#include "net/http.h"

#include <optional>
#include <string>

namespace ks {

// The cookie ks_visit: who a browser is at the shares that it has opened. Its value is made by the server alone: an entry for each of the
// newest shares, each with the visitor's random id there, signed for that share. An entry that was made up, or belongs to another share, is
// no entry. Over TLS it is a __Host- cookie (RFC 6265bis §4.1.3.2), which no other host can plant.

std::string make_visit_id();  // 16 random bytes

// The visitor's id at the share, from the request's cookie; nullopt without a good one.
std::optional<std::string> find_visit_cookie(const net::Request& request, const EdgeSettings& settings, const std::string& share_token);

// The value of Set-Cookie that adds the id at this share to what the request's cookie holds for others.
std::string visit_cookie_header(const net::Request& request, const EdgeSettings& settings, const std::string& share_token,
                                const std::string& visit_id);

}  // namespace ks
