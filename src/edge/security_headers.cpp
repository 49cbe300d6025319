#include "edge/security_headers.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ks::edge {

void add_security_headers(net::Response& response, bool uses_tls) {
    // Source: OWASP Secure Headers Project. Cross-Origin-Resource-Policy does not restrict CORS requests. Permissions-Policy omits features
    // that the page uses: clipboard, fullscreen and media playback.
    static constexpr std::array<std::pair<const char*, const char*>, 5> headers = {{
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy",
         "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), "
         "payment=(), usb=()"},
    }};
    auto add = [&response](const char* name, const char* value) {
        auto is_set = [name](const auto& header) { return header.first == name; };
        if (std::none_of(response.headers.begin(), response.headers.end(), is_set)) response.with(name, value);
    };
    for (const auto& [name, value] : headers) add(name, value);
    if (uses_tls) add("Strict-Transport-Security", "max-age=31536000");
}

}  // namespace ks::edge
