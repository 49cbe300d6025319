#pragma once

#include "net/http.h"

#include <string>
#include <string_view>

namespace ks {

// Is the request one of a program that looks at a link so that a person needn't (a link preview), a browser's fetch ahead of the click,
// or HEAD?
bool is_robot(const net::Request& request);

// The client in a few words, from its User-Agent (RFC 9110 §10.1.5): "Firefox on Android", "curl"; "Unknown" without one. At most 48
// printable ASCII characters.
std::string client_name(std::string_view user_agent);

}  // namespace ks
