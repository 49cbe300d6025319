#pragma once

#include "edge/call.h"

#include <span>
#include <string>
#include <string_view>

namespace ks {

using Handler = awaitable<Result<Answer>> (*)(Call&);

struct Route {
    std::string_view method;
    std::string_view path;  // {name} stands for one segment
    Handler handler;
};

std::span<const Route> routes();

struct Match {
    const Route* route = nullptr;
    std::vector<std::string> captures{};
    std::string allowed{};  // the methods of this path, where the method is another
};

// HEAD is answered by the route of GET, whose body is not sent (RFC 9110 §9.3.2).
Match match(std::string_view method, const std::vector<std::string>& segments);

}  // namespace ks
