#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::net {

// Parses the IP address of a node in any form that proxies write: bare, with a port, in brackets, quoted. Returns its canonical text, with
// IPv4-mapped addresses as IPv4 and without a zone; nullopt for "unknown", an obfuscated identifier (RFC 7239 §6.3) and everything else.
std::optional<std::string> parse_node_address(std::string_view text);

// One element of Forwarded (RFC 7239 §4). Missing parameters are empty; in a malformed element all of them are.
struct ForwardedElement {
    std::string node;  // "for"
    std::string proto;
    std::string host;
};

// Returns the elements in order. If the header is malformed, every comma ends an element, so that input from a client cannot swallow the
// element that a proxy appended.
std::vector<ForwardedElement> parse_forwarded(std::string_view header);

// Returns the trimmed members of a comma-separated list, without empty ones (RFC 9110 §5.6.1).
std::vector<std::string_view> split_list(std::string_view header);

}  // namespace ks::net
