#pragma once

#include "net/http.h"

namespace ks::edge {

// Returns whether the request is automated: a link preview bot, a browser prefetch, or HEAD.
bool is_robot(const net::Request& request);

}  // namespace ks::edge
