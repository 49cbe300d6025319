#include "edge/cors.h"

#include <algorithm>
#include <charconv>

namespace ks::edge {

namespace {

constexpr const char* methods = "GET, HEAD, POST, PATCH, DELETE, OPTIONS";
constexpr const char* request_headers =
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, "
    "Last-Event-ID, "
    "Range, Tus-Resumable, Upload-Checksum, Upload-Complete, Upload-Concat, Upload-Defer-Length, Upload-Draft-Interop-Version, "
    "Upload-Incomplete, Upload-Length, Upload-Metadata, Upload-Offset, X-HTTP-Method-Override, X-Request-ID, X-Requested-With, "
    "X-Share-Password";
constexpr const char* exposed_headers =
    "Accept-Ranges, Allow, Content-Disposition, Content-Range, ETag, Location, Retry-After, Tus-Checksum-Algorithm, Tus-Extension, "
    "Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Concat, Upload-Defer-Length, Upload-Expires, Upload-Length, Upload-Metadata, "
    "Upload-Offset";
constexpr const char* preflight_lifetime = "7200";  // seconds; the maximum that Chromium honours

bool is_host(std::string_view host) {
    bool is_ipv6 = host.size() > 4 && host.front() == '[' && host.back() == ']';
    std::string_view allowed = is_ipv6 ? "0123456789abcdef:." : "0123456789abcdefghijklmnopqrstuvwxyz-._";
    if (is_ipv6) host = host.substr(1, host.size() - 2);
    return !host.empty() && host.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

std::optional<std::string> Cors::parse_origin(std::string_view text) {
    std::string origin(text);
    std::transform(origin.begin(), origin.end(), origin.begin(),
                   [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    for (auto [scheme, default_port] : {std::pair<std::string_view, unsigned>{"http://", 80}, {"https://", 443}}) {
        if (!origin.starts_with(scheme)) continue;
        std::string_view authority = std::string_view(origin).substr(scheme.size());
        std::size_t colon = authority.rfind(':');
        if (authority.ends_with(']')) colon = std::string_view::npos;  // colon inside an IPv6 address
        std::string_view host = authority.substr(0, colon);
        if (!is_host(host)) return std::nullopt;
        if (colon == std::string_view::npos) return origin;
        std::string_view digits = authority.substr(colon + 1);
        unsigned port = 0;
        auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        if (error != std::errc{} || end != digits.data() + digits.size() || port == 0 || port > 65535) return std::nullopt;
        std::string result = std::string(scheme).append(host);
        return port == default_port ? result : result + ":" + std::to_string(port);
    }
    return std::nullopt;
}

bool Cors::allows(const net::Request& request) const {
    std::string_view origin = request.header("Origin");
    return !origin.empty() && std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

std::optional<net::Response> Cors::preflight(const net::Request& request) const {
    if (request.method != "OPTIONS" || !request.has_header("Access-Control-Request-Method") || !allows(request)) return std::nullopt;
    net::Response response{.status = 204};
    response.with("Access-Control-Allow-Methods", methods).with("Access-Control-Allow-Headers", request_headers);
    return response.with("Access-Control-Max-Age", preflight_lifetime);
}

net::HeaderList Cors::headers(const net::Request& request) const {
    if (origins_.empty()) return {};
    // Also for unlisted origins: a cache must not serve that response to a listed one.
    net::HeaderList headers{{"Vary", "Origin"}};
    if (!allows(request)) return headers;
    headers.emplace_back("Access-Control-Allow-Origin", request.header("Origin"));
    headers.emplace_back("Access-Control-Expose-Headers", exposed_headers);
    return headers;
}

}  // namespace ks::edge
