#include "edge/server_url.h"

#include "net/authority.h"

namespace ks::edge {

namespace {

std::string named_authority(const RequestOrigin& origin, bool https, const EdgeSettings& settings) {
    // HTTP/1.0 requests may lack Host.
    return origin.authority.empty() ? settings.local_url.authority : net::normalized_authority(origin.authority, https);
}

}  // namespace

net::BaseUrl server_url(const RequestContext& call) {
    const EdgeSettings& settings = call.app.settings;
    if (settings.public_url) return *settings.public_url;
    bool https = uses_tls(call.origin, settings);
    return {https, named_authority(call.origin, https, settings)};
}

bool uses_tls(const RequestOrigin& origin, const EdgeSettings& settings) {
    return origin.uses_tls.value_or(settings.public_url && settings.public_url->https);
}

bool is_same_origin(const RequestContext& call) {
    if (auto site = call.header("Sec-Fetch-Site"); !site.empty() && site != "same-origin" && site != "none") return false;
    std::string_view header = call.header("Origin");
    if (header.empty()) return true;
    auto from = net::BaseUrl::parse(header);
    if (!from || !from->prefix.empty()) return false;
    const EdgeSettings& settings = call.app.settings;
    if (settings.public_url && from->origin() == settings.public_url->origin()) return true;
    bool https = uses_tls(call.origin, settings);
    return from->https == https && from->authority == named_authority(call.origin, https, settings);
}

bool has_secure_cookies(const RequestContext& call) {
    const EdgeSettings& settings = call.app.settings;
    return uses_tls(call) || (settings.public_url && settings.public_url->https);
}

std::string cookie_header(const RequestContext& call, std::string_view name, std::string_view value, Duration lifetime,
                          std::string_view same_site) {
    const EdgeSettings& settings = call.app.settings;
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(lifetime).count();
    std::string cookie(name);
    cookie.append("=").append(value).append("; Path=").append(settings.prefix().empty() ? "/" : settings.prefix());
    cookie.append("; Max-Age=").append(std::to_string(seconds)).append("; HttpOnly; SameSite=").append(same_site);
    return has_secure_cookies(call) ? cookie.append("; Secure") : cookie;
}

}  // namespace ks::edge
