#include "edge/request_origin.h"

#include "net/forwarded.h"

#include <strings.h>

#include <algorithm>

namespace ks::edge {

namespace {

// Returns the list member for the node at `depth` from the right. A shorter list was not extended by every proxy; then the leftmost
// applies.
std::string_view member_at(const std::vector<std::string_view>& members, std::size_t depth) {
    if (members.empty()) return {};
    return members[members.size() - 1 - std::min(depth, members.size() - 1)];
}

// Same for Forwarded. If an element lacks the parameter, the next one towards this server applies.
std::string_view member_at(const std::vector<net::ForwardedElement>& elements, std::string net::ForwardedElement::*parameter,
                           std::size_t depth) {
    for (std::size_t i = std::min(depth + 1, elements.size()); i > 0; --i) {
        const std::string& value = elements[elements.size() - i].*parameter;
        if (!value.empty()) return value;
    }
    return {};
}

std::optional<bool> is_tls(std::string_view proto) {
    auto is = [proto](std::string_view name) {
        return proto.size() == name.size() && strncasecmp(proto.data(), name.data(), name.size()) == 0;
    };
    if (is("https") || is("wss")) return true;
    if (is("http") || is("ws")) return false;
    return std::nullopt;
}

}  // namespace

RequestOrigin origin_of(const net::Request& request, const TrustedProxies& proxies) {
    RequestOrigin origin{.client = request.peer, .authority = std::string(request.header("Host"))};
    if (!proxies.trusts(request.peer)) return origin;
    auto elements = net::parse_forwarded(request.header("Forwarded"));
    auto nodes = net::split_list(request.header("X-Forwarded-For"));
    if (nodes.empty()) {
        for (const auto& element : elements) nodes.push_back(element.node);
    }
    std::size_t depth = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        depth = i;
        auto address = net::parse_node_address(nodes[nodes.size() - 1 - i]);
        if (!address) break;
        origin.client = std::move(*address);
        if (!proxies.trusts(origin.client)) break;
    }
    auto protos = net::split_list(request.header("X-Forwarded-Proto"));
    origin.uses_tls = is_tls(protos.empty() ? member_at(elements, &net::ForwardedElement::proto, depth) : member_at(protos, depth));
    auto hosts = net::split_list(request.header("X-Forwarded-Host"));
    auto host = hosts.empty() ? member_at(elements, &net::ForwardedElement::host, depth) : member_at(hosts, depth);
    if (!host.empty()) origin.authority = std::string(host);
    return origin;
}

}  // namespace ks::edge
