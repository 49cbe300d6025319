#pragma once

#include <string>
#include <string_view>

namespace ks::edge {

// Returns a short client name from User-Agent (RFC 9110 §10.1.5): "Firefox on Android", "curl"; "Unknown" without one. At most 48 printable
// ASCII characters.
std::string client_name(std::string_view user_agent);

}  // namespace ks::edge
