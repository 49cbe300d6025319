#pragma once

#include <string>
#include <string_view>

namespace ks::net {

// Is this host[:port] as it may stand in Host: a name of letters, digits, '.', '-' and '_', an IPv4 address, or an IPv6 address in
// brackets? Nothing of it needs escaping in a URL, a page or a header.
bool is_authority(std::string_view text);

// The same in lower case, without the port that is the scheme's own.
std::string normalized_authority(std::string_view authority, bool https);

}  // namespace ks::net
