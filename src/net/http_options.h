#pragma once

#include "base/size.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace ks::net {

struct HttpOptions {
    std::size_t max_head_bytes = 16_KiB;
    std::string long_field = "Upload-Concat";         // in a POST, exempt from max_head_bytes: it lists up to 1,000 URLs
    std::size_t max_long_head_bytes = 400_KiB;        // of a head with long_field
    std::chrono::milliseconds head_timeout{30'000};   // for a request head, and keep-alive idle time
    std::chrono::milliseconds stall_timeout{60'000};  // without progress: no request byte read, or a response below least_rate
    std::uint64_t least_rate = 1024;                  // bytes per second that a reader must take, averaged over stall_timeout
    std::uint64_t max_connections_per_address = 512;  // likewise per IPv6 /64 network
};

}  // namespace ks::net
