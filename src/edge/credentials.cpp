#include "edge/credentials.h"

#include "edge/server_url.h"

#include <algorithm>

namespace ks::edge {

namespace {

bool changes_state(std::string_view method) { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }

}  // namespace

std::optional<std::string_view> bearer_of(const net::Request& request) {
    std::string_view header = request.header("Authorization");
    constexpr std::string_view scheme = "bearer ";
    if (header.size() <= scheme.size()) return std::nullopt;
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        if ((header[i] | 0x20) != (scheme[i] | 0x20)) return std::nullopt;
    }
    std::string_view token = header.substr(scheme.size());
    token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
    return token;
}

tl::unexpected<Error> from_another_site() {
    return fail(ErrorCode::Forbidden,
                "Cross-site request refused; if it isn't one, set server.public_url to the address in the browser, or add the proxy to "
                "server.trusted_proxies");
}

awaitable<Result<Actor>> authenticate(const RequestContext& call, codec::Expired jwt) {
    if (auto token = bearer_of(call.request())) co_return co_await call.request_cache().authenticate(std::string(*token), jwt);
    if (auto cookie = call.request().cookie("ks_session"); !cookie.empty()) {
        if (changes_state(call.request().method) && !is_same_origin(call)) co_return from_another_site();
        co_return co_await call.request_cache().authenticate_cookie(std::string(cookie));
    }
    co_return fail(ErrorCode::AuthenticationRequired, "Authentication required: send an access token as Authorization: Bearer");
}

awaitable<Result<std::optional<Actor>>> authenticate_if_any(const RequestContext& call) {
    auto known = co_await authenticate(call);
    if (known) co_return std::move(*known);
    // Browsers send cookies unasked, so an invalid one counts as none. A Bearer token is deliberate and must be valid.
    if (bearer_of(call.request()) || error_info(known.error().code).status >= 500) co_return tl::unexpected(std::move(known.error()));
    co_return std::nullopt;
}

}  // namespace ks::edge
