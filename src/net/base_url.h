#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ks::net {

// The public address of a server: scheme://host[:port][/prefix], normalized (RFC 3986 §6.2): scheme and host in lower case, no default
// port, no trailing slash.
struct BaseUrl {
    bool https = false;
    std::string authority;
    std::string prefix{};  // "" or like "/share"

    std::string origin() const { return (https ? "https://" : "http://") + authority; }
    std::string text() const { return origin() + prefix; }

    // Returns nullopt for a scheme other than http and https, user information, a query, a fragment, or a path that cannot serve as a
    // prefix.
    static std::optional<BaseUrl> parse(std::string_view text);
};

}  // namespace ks::net
