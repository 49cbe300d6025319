#pragma once

#include "edge/call.h"
#include "net/base_url.h"

#include <string>
#include <string_view>

// Under which address this server is reached: by server.public_url, else by the address that the request names. A stranger who sends
// another Host gets other links himself; nothing of it is kept.
namespace ks {

net::BaseUrl server_url(const Call& call);  // what links begin with

// Whether the request came by TLS: by what a trusted proxy says, else by server.public_url.
bool uses_tls(const RequestOrigin& origin, const EdgeSettings& settings);
inline bool uses_tls(const Call& call) { return uses_tls(call.origin, call.app.settings); }

bool is_same_origin(const Call& call);  // also where the request comes from no page

// Whether cookies are Secure: also where a proxy does not know of the TLS before it.
bool has_secure_cookies(const Call& call);

// A cookie for what is served here, not readable by scripts; Secure where TLS is known.
std::string cookie_header(const Call& call, std::string_view name, std::string_view value, Duration lifetime, std::string_view same_site);

}  // namespace ks
