#pragma once

#include "edge/request_context.h"

#include <optional>
#include <string_view>

namespace ks::edge {

// Authenticates the request by Bearer token, otherwise by session cookie. `jwt` says whether an expired JWT is accepted. Errors:
// AUTHENTICATION_REQUIRED without credentials, INVALID_TOKEN for invalid ones, FORBIDDEN for a state-changing cross-site request with a
// cookie (CSRF).
awaitable<Result<Actor>> authenticate(const RequestContext& call, codec::Expired jwt = codec::Expired::Refused);

// Like authenticate(), but returns nullopt without credentials. An invalid cookie counts as none.
awaitable<Result<std::optional<Actor>>> authenticate_if_any(const RequestContext& call);

std::optional<std::string_view> bearer_of(const net::Request& request);  // token of the Authorization header
tl::unexpected<Error> from_another_site();                               // FORBIDDEN for a cross-site request

}  // namespace ks::edge
