#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::net {

// The IP address of a node in any form that proxies write it: bare, with a port, in brackets, quoted. Returns its canonical text, an
// IPv4-mapped address as IPv4, a zone left out; nullopt for "unknown", an obfuscated identifier (RFC 7239 §6.3) or anything else.
std::optional<std::string> parse_node_address(std::string_view text);

// One element of Forwarded (RFC 7239 §4). A parameter that is missing is empty, as are all of an element that is malformed.
struct ForwardedElement {
    std::string node;  // "for"
    std::string proto;
    std::string host;
};

// The elements in their order. In a malformed header each comma ends an element, so that whatever a client sent cannot swallow the element
// that a proxy appended.
std::vector<ForwardedElement> parse_forwarded(std::string_view header);

// The members of a comma-separated list, trimmed; empty ones are left out (RFC 9110 §5.6.1).
std::vector<std::string_view> split_list(std::string_view header);

}  // namespace ks::net
