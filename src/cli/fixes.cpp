#include "cli/fixes.h"

namespace ks::cli {

namespace {
const char* const apache_pass = R"(ProxyPass "/" "http://127.0.0.1:8080/" upgrade=websocket flushpackets=on timeout=3600)";
}

std::vector<Fix> fixes_for(Problem problem, const std::string& server) {
    switch (problem) {
        case Problem::None: return {};
        case Problem::Upgrade:
            return {
                {"nginx",
                 {"proxy_http_version 1.1;", "proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Connection $connection_upgrade;",
                  "# and once, beside the server blocks:", "map $http_upgrade $connection_upgrade { default upgrade; '' \"\"; }"}},
                {"Apache", {apache_pass}},
                {"haproxy", {"# nothing: it passes upgrades on; remove http-request lines that set or delete Connection or Upgrade"}},
                {"Caddy", {"# nothing: reverse_proxy passes upgrades on; remove header_up Connection and header_up Upgrade"}},
                {"Traefik", {"# nothing: it passes upgrades on; remove customRequestHeaders that set Connection or Upgrade"}}};
        case Problem::LiveBuffering:
            return {{"nginx", {"proxy_http_version 1.1;", "proxy_buffering off;", "# and remove proxy_ignore_headers X-Accel-Buffering"}},
                    {"Apache", {apache_pass, "# and remove filters like DEFLATE from text/event-stream"}},
                    {"haproxy", {"# remove text/event-stream from compression type"}},
                    {"Caddy", {"# in reverse_proxy:", "flush_interval -1"}},
                    {"Traefik", {"# remove the buffering and compress middlewares, or exclude text/event-stream from compress"}}};
        case Problem::BodyLimit:
            return {{"nginx", {"client_max_body_size 0;"}},
                    {"Apache", {"LimitRequestBody 0"}},
                    {"haproxy", {"# remove http-request deny with req.body_size or req.hdr_val(content-length)"}},
                    {"Caddy", {"# remove max_size from request_body"}},
                    {"Traefik", {"# in the buffering middleware, or remove it:", "maxRequestBodyBytes: 0"}}};
        case Problem::UploadBuffering:
            return {{"nginx", {"proxy_http_version 1.1;", "proxy_request_buffering off;"}},
                    {"Apache", {"# remove SetEnv proxy-sendcl and filters that read bodies, like mod_security's"}},
                    {"haproxy", {"no option http-buffer-request"}},
                    {"Caddy", {"# remove request_buffers from reverse_proxy"}},
                    {"Traefik", {"# remove the buffering middleware"}}};
        case Problem::Refusals:
            // KingShare holds the end of a refusal back until the body has come, where a header says that a proxy asks.
            return {{"nginx", {"proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", "lingering_close on;"}},
                    {"Apache", {"# remove ProxyAddHeaders Off and RequestHeader unset X-Forwarded-For"}},
                    {"haproxy", {"option forwardfor"}},
                    {"Caddy", {"# remove header_up -X-Forwarded-For and header_up -Via from reverse_proxy"}},
                    {"Traefik", {"# nothing: it says that it is a proxy; remove customRequestHeaders that clear X-Forwarded-For"}}};
        case Problem::Timeout:
            return {
                {"nginx", {"proxy_read_timeout 1h;", "proxy_send_timeout 1h;"}},
                {"Apache", {apache_pass, "RequestReadTimeout handshake=0 header=30 body=0"}},
                {"haproxy", {"timeout client 1h", "timeout server 1h", "timeout tunnel 1h"}},
                {"Caddy", {"# in reverse_proxy, remove stream_timeout; in transport http:", "read_timeout 1h"}},
                {"Traefik",
                 {"# static configuration, at the entry point:", "transport: {respondingTimeouts: {readTimeout: 0s, idleTimeout: 180s}}"}}};
        case Problem::Host:
            return {{"nginx", {"proxy_set_header Host $http_host;"}},
                    {"Apache", {"ProxyPreserveHost On"}},
                    {"haproxy", {"# remove http-request set-header Host"}},
                    {"Caddy", {"# remove header_up Host from reverse_proxy"}},
                    {"Traefik", {"# at the service's loadBalancer:", "passHostHeader: true"}},
                    {"KingShare", {"# either way, in its settings:", "server.public_url = " + server}}};
        case Problem::Forwarded:
            return {
                {"nginx", {"proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", "proxy_set_header X-Forwarded-Proto $scheme;"}},
                {"Apache", {"RequestHeader set X-Forwarded-Proto \"expr=%{REQUEST_SCHEME}\"", "# and remove ProxyAddHeaders Off"}},
                {"haproxy", {"option forwardfor", "http-request set-header X-Forwarded-Proto https if { ssl_fc }"}},
                {"Caddy", {"# remove header_up -X-Forwarded-For from reverse_proxy"}},
                {"Traefik", {"# nothing: it sets them; remove customRequestHeaders that clear X-Forwarded-For"}},
                {"KingShare", {"server.trusted_proxies = the proxy's address, like 127.0.0.1"}}};
        case Problem::PublicUrl: return {{"KingShare", {"server.public_url = " + server}}};
    }
    return {};
}

}  // namespace ks::cli
