#include "edge/security_log.h"

#include "base/log.h"
#include "edge/limits.h"

namespace ks::edge {

void log_rate_limit(const char* which, const std::string& key, Time now) {
    static RateLimit lines(Rate{1.0 / 60, 1});
    if (lines.take(which + ("\n" + key), now)) log::warning("rate limit exceeded", {{"limit", which}, {"address", key}});
}

}  // namespace ks::edge
