#pragma once

#include "base/clock.h"

#include <string>

namespace ks {

// Logs that `key` (an address) has reached the limit `which`: at most once a minute for each.
void log_rate_limit(const char* which, const std::string& key, Time now);

}  // namespace ks
