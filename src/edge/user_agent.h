#pragma once

#include "net/http.h"

#include <string>
#include <string_view>

namespace ks {

// Returns whether the request is automated: a link preview bot, a browser prefetch, or HEAD.
bool is_robot(const net::Request& request);

// Returns a short client name from User-Agent (RFC 9110 §10.1.5): "Firefox on Android", "curl"; "Unknown" without one. At most 48 printable
// ASCII characters.
std::string client_name(std::string_view user_agent);

}  // namespace ks
