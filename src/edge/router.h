#pragma once

#include "edge/request_context.h"

#include <span>
#include <string>
#include <string_view>

namespace ks {

using Handler = awaitable<Result<HandlerResponse>> (*)(RequestContext&);

struct Route {
    std::string_view method;
    std::string_view path;  // {name} matches one nonempty segment
    Handler handler;
};

std::span<const Route> routes();

struct Match {
    const Route* route = nullptr;
    std::vector<std::string> captures{};
    std::string allowed{};  // Allow: methods of the path, if none matched
};

// Finds the route. A HEAD request matches the route of GET; the body is dropped when sending (RFC 9110 §9.3.2).
Match match(std::string_view method, const std::vector<std::string>& segments);

}  // namespace ks
