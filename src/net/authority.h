#pragma once

#include <string>
#include <string_view>

namespace ks::net {

// Returns whether text is a valid host[:port] for the Host header: a name of letters, digits, '.', '-' and '_', an IPv4 address, or an IPv6
// address in brackets. A valid authority needs no escaping in a URL, a page or a header.
bool is_authority(std::string_view text);

// Returns the authority in lower case, without the scheme's default port.
std::string normalized_authority(std::string_view authority, bool https);

}  // namespace ks::net
