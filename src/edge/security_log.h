#pragma once

#include "base/clock.h"

#include <string>

namespace ks::edge {

// Logs that `key` (an address) reached the limit `which`, at most once a minute per key and limit. Thread-safe.
void log_rate_limit(const char* which, const std::string& key, Time now);

}  // namespace ks::edge
