#include "cli/cures.h"

namespace ks::cli {

std::vector<Cure> cures_of(Ailment ailment, const std::string& server) {
    switch (ailment) {
        case Ailment::None: return {};
        case Ailment::Upgrade:
            return {
                {"nginx",
                 {"proxy_http_version 1.1;", "proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Connection $connection_upgrade;",
                  "# and once, beside the server blocks:", "map $http_upgrade $connection_upgrade { default upgrade; '' \"\"; }"}},
                {"Caddy", {"# nothing: reverse_proxy passes upgrades on; remove header_up Connection and header_up Upgrade"}},
                {"Traefik", {"# nothing: it passes upgrades on; remove customRequestHeaders that set Connection or Upgrade"}}};
        case Ailment::LiveBuffering:
            return {{"nginx", {"proxy_http_version 1.1;", "proxy_buffering off;", "# and remove proxy_ignore_headers X-Accel-Buffering"}},
                    {"Caddy", {"# in reverse_proxy:", "flush_interval -1"}},
                    {"Traefik", {"# remove the buffering and compress middlewares, or exclude text/event-stream from compress"}}};
        case Ailment::BodyLimit:
            return {{"nginx", {"client_max_body_size 0;"}},
                    {"Caddy", {"# remove max_size from request_body"}},
                    {"Traefik", {"# in the buffering middleware, or remove it:", "maxRequestBodyBytes: 0"}}};
        case Ailment::UploadBuffering:
            return {{"nginx", {"proxy_http_version 1.1;", "proxy_request_buffering off;"}},
                    {"Caddy", {"# remove request_buffers from reverse_proxy"}},
                    {"Traefik", {"# remove the buffering middleware"}}};
        case Ailment::Timeout:
            return {
                {"nginx", {"proxy_read_timeout 1h;", "proxy_send_timeout 1h;"}},
                {"Caddy", {"# in reverse_proxy, remove stream_timeout; in transport http:", "read_timeout 1h"}},
                {"Traefik",
                 {"# static configuration, at the entry point:", "transport: {respondingTimeouts: {readTimeout: 0s, idleTimeout: 180s}}"}}};
        case Ailment::Host:
            return {{"nginx", {"proxy_set_header Host $http_host;"}},
                    {"Caddy", {"# remove header_up Host from reverse_proxy"}},
                    {"Traefik", {"# at the service's loadBalancer:", "passHostHeader: true"}},
                    {"KingShare", {"# either way, in its settings:", "server.public_url = " + server}}};
        case Ailment::Forwarded:
            return {
                {"nginx", {"proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", "proxy_set_header X-Forwarded-Proto $scheme;"}},
                {"Caddy", {"# remove header_up -X-Forwarded-For from reverse_proxy"}},
                {"Traefik", {"# nothing: it sets them; remove customRequestHeaders that clear X-Forwarded-For"}},
                {"KingShare", {"server.trusted_proxies = the proxy's address, like 127.0.0.1"}}};
        case Ailment::PublicUrl: return {{"KingShare", {"server.public_url = " + server}}};
    }
    return {};
}

}  // namespace ks::cli
