#pragma once

#include "edge/request_context.h"

#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace ks::edge {

using HandlerResult = awaitable<Result<HandlerResponse>>;
using PublicHandler = HandlerResult (*)(RequestContext&);
using UserHandler = HandlerResult (*)(RequestContext&, const Actor&);
using Handler = std::variant<PublicHandler, UserHandler>;

// Callers that a route admits, checked before its handler is called.
enum class Access : std::uint8_t {
    Anyone,       // a PublicHandler; it checks passwords, codes or credentials of its own
    User,         // AUTHENTICATION_REQUIRED, INVALID_TOKEN, FORBIDDEN for a cross-site request with a cookie
    UploadOwner,  // like User, but admits an expired JWT: the engine decides whether it may continue the upload
    Admin,        // like User, and FORBIDDEN for users who are not administrators
};

// Rate limit of a route, applied before anything else. Attempts at passwords have limits of their own (LoginGuard, SharePasswordGuard).
enum class Limit : std::uint8_t {
    None,
    Requests,   // per address: RATE_LIMITED
    Transfers,  // per user: queued rather than refused, as a client may send many requests for one file; otherwise like Requests
};

struct Route {
    std::string_view method;  // the route of GET also serves HEAD
    std::string_view path;    // {name} matches one nonempty segment
    Handler handler;
    Access access;
    Limit limit;
    Result<void> (*precondition)(const RequestContext&) = nullptr;  // checked before authentication
};

std::span<const Route> routes();

struct Match {
    const Route* route = nullptr;
    PathParameters parameters{};
    std::string allowed{};  // Allow: methods of the path, if none matched
};

// Finds the route. A HEAD request matches the route of GET; the body is dropped when sending (RFC 9110 §9.3.2).
Match match(std::string_view method, const std::vector<std::string>& segments);

}  // namespace ks::edge
