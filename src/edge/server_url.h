#pragma once

#include "edge/request_context.h"
#include "net/base_url.h"

#include <string>
#include <string_view>

// Public URL of this server: server.public_url, otherwise derived from the request's Host. A forged Host only affects the links in
// responses to the same client.
namespace ks::edge {

net::BaseUrl server_url(const RequestContext& call);  // base of absolute links

// Returns whether the client uses TLS: as reported by a trusted proxy, otherwise by the scheme of server.public_url.
bool uses_tls(const RequestOrigin& origin, const EdgeSettings& settings);
inline bool uses_tls(const RequestContext& call) { return uses_tls(call.origin, call.app.settings); }

bool is_same_origin(const RequestContext& call);  // CSRF check; true also for requests without Origin and Sec-Fetch-Site

// Returns whether cookies get Secure. Also true if server.public_url is https but the nearest proxy reports http, because TLS ends further
// out.
bool has_secure_cookies(const RequestContext& call);

// Builds a Set-Cookie value, scoped to our prefix and HttpOnly; Secure according to has_secure_cookies().
std::string cookie_header(const RequestContext& call, std::string_view name, std::string_view value, Duration lifetime,
                          std::string_view same_site);

}  // namespace ks::edge
