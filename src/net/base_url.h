#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ks::net {

// The address under which a server is reached: scheme://host[:port][/prefix], normalized (RFC 3986 §6.2): scheme and host in lower case,
// the scheme's own port left out, no slash at the end.
struct BaseUrl {
    bool https = false;
    std::string authority;
    std::string prefix{};  // "" or like "/share"

    std::string origin() const { return (https ? "https://" : "http://") + authority; }
    std::string text() const { return origin() + prefix; }

    // nullopt for another scheme, user information, a query, a fragment, or a path that cannot stand before others.
    static std::optional<BaseUrl> parse(std::string_view text);
};

}  // namespace ks::net
