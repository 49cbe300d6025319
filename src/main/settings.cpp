#include "main/settings.h"

#include "adapters/s3/location.h"
#include "edge/cors.h"

#include <limits>

namespace ks::main {

namespace {

// A base URL is shown as it is used: normalized.
SettingType base_url(std::string allowed) {
    auto assign = [](Config& config, const std::string& text) {
        auto url = parse_base_url(text);
        if (url) config.server.public_url = *url;
        return url;
    };
    return {std::move(allowed), assign};
}

SettingType blobs_url(std::string allowed) {
    auto parse = [](const std::string& text) {
        bool is_known = matches_form(text, "file:PATH") || matches_form(text, "memory:") || s3::parse_location(text);
        return is_known ? std::optional(text) : std::nullopt;
    };
    return parsed(KS_FIELD(blobs.url), std::move(allowed), parse);
}

// Servers are shown without the passwords in their URLs.
SettingType bus_servers(std::string allowed) {
    auto assign = [](Config& config, const std::string& text) -> std::optional<std::string> {
        auto servers = parse_list(text, parse_bus_server);
        if (!servers) return std::nullopt;
        config.bus.servers = std::move(*servers);
        return without_user_info(text);
    };
    return {std::move(allowed), assign};
}

std::vector<Setting> server_settings() {
    return {
        {.key = "server.public_url",
         .type = base_url("a URL with http:// or https://, like https://files.example.org or https://example.org/share, without user "
                          "name, query and fragment"),
         .description = "base of links, and origin of pages that may use the cookie, with the path that prefixes every URL",
         .default_text = "none: taken from each request"},
        {.key = "server.threads",
         .type = count(KS_FIELD(server.threads), 256),
         .description = "number of event loops",
         .default_text = "one per core"},
        {.key = "server.shutdown_grace",
         .type = duration(KS_FIELD(server.shutdown_grace)),
         .default_value = "10s",
         .description = "time for transfers to finish after SIGTERM (a second SIGTERM aborts them)"},
        {.key = "server.trusted_proxies",
         .type = list(KS_FIELD(server.trusted_proxies), "addresses or networks like 127.0.0.1 or 10.0.0.0/8, separated by commas",
                      parse_network),
         .default_value = "none",
         .description = "proxies whose Forwarded, X-Forwarded-For, -Proto and -Host headers are believed"},
        {.key = "server.max_connections_per_ip",
         .type = count(KS_FIELD(server.max_connections_per_ip)),
         .default_value = "512",
         .description = "HTTP connections per address, for IPv6 per /64 network (trusted proxies are exempt)"},
        {.key = "server.log_level",
         .type = word(KS_FIELD(server.log_level), {"debug", "info", "warning", "error"}),
         .default_value = "info",
         .description = "least severe messages in the log (debug adds a line per request: its route, never its target)"},
        {.key = "server.metrics_for_all",
         .type = flag(KS_FIELD(server.metrics_for_all)),
         .default_value = "false",
         .description = "serve /metrics to addresses other than loopback"},
    };
}

std::vector<Setting> auth_settings() {
    return {
        {.key = "auth.jwt_secret",
         .type = bytes(KS_FIELD(auth.jwt_secret), 32, std::numeric_limits<std::size_t>::max(), "at least 32 bytes"),
         .description = "key that signs access tokens",
         .default_text = "random, stored in the data directory",
         .is_secret = true},
        {.key = "auth.jwt_secret_file",
         .type = any_text(KS_FIELD(auth.jwt_secret_file), "the path of a file that holds at least 32 bytes"),
         .description = "file with that key, in place of auth.jwt_secret",
         .default_text = "none"},
        {.key = "auth.admin_password",
         .type = bytes(KS_FIELD(auth.admin_password), 8, 1024, "8 to 1024 bytes"),
         .description = "password of the user admin, created on an empty database",
         .default_text = "none: a set-up link is printed",
         .is_secret = true},
        {.key = "auth.access_token_ttl",
         .type = positive_duration(KS_FIELD(auth.access_token_ttl)),
         .default_value = "15m",
         .description = "lifetime of an access token"},
        {.key = "auth.refresh_token_ttl",
         .type = positive_duration(KS_FIELD(auth.refresh_token_ttl)),
         .default_value = "30d",
         .description = "lifetime of a session after its last refresh"},
        {.key = "auth.registration",
         .type = word(KS_FIELD(auth.registration), {"closed", "open", "invite"}),
         .default_value = "closed",
         .description = "registration by everybody (open) or by an administrator's invitation alone, which is valid with every value"},
        {.key = "auth.login_attempts_per_minute",
         .type = count(KS_FIELD(auth.login_attempts_per_minute)),
         .default_value = "10",
         .description = "failed sign-ins per name and address"},
    };
}

std::vector<Setting> realtime_settings() {
    return {
        {.key = "realtime.max_connections",
         .type = count(KS_FIELD(realtime.max_connections)),
         .default_value = "100000",
         .description = "WebSockets and event streams"},
        {.key = "realtime.max_connections_per_user",
         .type = count(KS_FIELD(realtime.max_connections_per_user)),
         .default_value = "20",
         .description = "WebSockets and event streams of one user"},
        {.key = "realtime.max_connections_per_ip",
         .type = count(KS_FIELD(realtime.max_connections_per_ip)),
         .default_value = "200",
         .description = "WebSockets and event streams of one address"},
        {.key = "realtime.messages_per_second",
         .type = count(KS_FIELD(realtime.messages_per_second)),
         .default_value = "10",
         .description = "messages from one connection"},
        {.key = "realtime.message_burst",
         .type = count(KS_FIELD(realtime.message_burst)),
         .default_value = "20",
         .description = "messages from one connection at once"},
        {.key = "realtime.max_message_bytes",
         .type = size_between(KS_FIELD(realtime.max_message_bytes), 256, 16_MiB, "a size from 256 to 16MiB"),
         .default_value = "64KiB",
         .description = "size of a message from a client"},
        {.key = "realtime.anonymous",
         .type = flag(KS_FIELD(realtime.anonymous)),
         .default_value = "true",
         .description = "allow connections without a user"},
        {.key = "realtime.auth_timeout",
         .type = positive_duration(KS_FIELD(realtime.auth_timeout)),
         .default_value = "10s",
         .description = "time to authenticate if anonymous connections are not allowed"},
        {.key = "realtime.ping_interval",
         .type = positive_duration(KS_FIELD(realtime.ping_interval)),
         .default_value = "25s",
         .description = "interval between pings on a WebSocket"},
        {.key = "realtime.idle_timeout",
         .type = positive_duration(KS_FIELD(realtime.idle_timeout)),
         .default_value = "60s",
         .description = "time without any data from a WebSocket, after which it is closed"},
        {.key = "realtime.max_queued_bytes",
         .type = size_between(KS_FIELD(realtime.max_queued_bytes), 1_KiB, 1024_MiB, "a size from 1KiB to 1GiB"),
         .default_value = "1MiB",
         .description = "queue for a client that reads too slowly"},
        {.key = "realtime.presence",
         .type = word(KS_FIELD(realtime.presence), {"everyone", "contacts", "off"}),
         .default_value = "everyone",
         .description = "visibility of online users: to everyone, to the other side of a link (contacts) or to nobody (off)"},
        {.key = "realtime.offline_grace",
         .type = duration(KS_FIELD(realtime.offline_grace)),
         .default_value = "3s",
         .description = "delay between a user's last connection and UserOffline"},
        {.key = "realtime.journal_retention",
         .type = positive_duration(KS_FIELD(realtime.journal_retention)),
         .default_value = "7d",
         .description = "age up to which events are kept for replay"},
        {.key = "realtime.journal_events_per_user",
         .type = count(KS_FIELD(realtime.journal_events_per_user)),
         .default_value = "10000",
         .description = "number of events kept for replay"},
        {.key = "realtime.progress_interval",
         .type = duration(KS_FIELD(realtime.progress_interval)),
         .default_value = "200ms",
         .description = "minimum interval between two UploadProgress of an upload"},
        {.key = "realtime.io_uring",
         .type = word(KS_FIELD(realtime.io_uring), {"auto", "on", "off"}),
         .default_value = "auto",
         .description = "batch WebSocket reads and writes with io_uring: if the kernel supports it (auto), always (on: fail to start if "
                        "the kernel refuses it), never (off)"},
    };
}

std::vector<Setting> transfer_settings() {
    return {
        {.key = "uploads.max_file_bytes",
         .type = size(KS_FIELD(uploads.max_file_bytes)),
         .default_value = "0",
         .description = "size of a file",
         .default_text = "0 (no limit)"},
        {.key = "uploads.quota_bytes",
         .type = size(KS_FIELD(uploads.quota_bytes)),
         .default_value = "0",
         .description = "storage of a user without a quota of their own",
         .default_text = "0 (none), per user"},
        {.key = "uploads.expire_unfinished",
         .type = positive_duration(KS_FIELD(uploads.expire_unfinished)),
         .default_value = "24h",
         .description = "lifetime of an unfinished upload after its last byte"},
        {.key = "shares.password_attempts_per_minute",
         .type = count(KS_FIELD(shares.password_attempts_per_minute)),
         .default_value = "10",
         .description = "wrong passwords per share and address"},
        {.key = "shares.password_attempts_per_hour",
         .type = count(KS_FIELD(shares.password_attempts_per_hour)),
         .default_value = "100",
         .description = "wrong passwords per share from all addresses"},
        {.key = "http.requests_per_second",
         .type = count(KS_FIELD(http.requests_per_second)),
         .default_value = "50",
         .description = "requests per address on /api/ and /s/ (transfers are limited per user and wait for their turn)"},
        {.key = "http.request_burst",
         .type = count(KS_FIELD(http.request_burst)),
         .default_value = "200",
         .description = "such requests at once"},
        {.key = "http.cors_origins",
         .type = list(KS_FIELD(http.cors_origins), "origins like https://app.example.org or http://localhost:5173, separated by commas",
                      edge::Cors::parse_origin),
         .default_value = "none",
         .description = "origins whose pages may call the API with a token, tus included"},
    };
}

// main/adapters.cpp opens what these URLs name.
std::vector<Setting> adapter_settings() {
    return {
        {.key = "database.url",
         .type = adapter_url(KS_FIELD(database.url), {"sqlite:PATH", "postgresql://USER@HOST/DATABASE"}),
         .default_value = "sqlite:DATA_DIR/kingshare.db",
         .description = "metadata (see docs/postgresql.md)"},
        {.key = "blobs.url",
         .type = blobs_url("file:PATH, memory: or s3://BUCKET/PREFIX?endpoint=URL&region=NAME&parts=COUNT"),
         .default_value = "file:DATA_DIR/blobs",
         .description =
             "file contents: a folder, a bucket of an S3-compatible service (docs/s3.md), or memory: for tests and trials, which "
             "loses them when the server stops"},
        {.key = "blobs.access_key",
         .type = any_text(KS_FIELD(blobs.access_key), "the id of an access key"),
         .description = "id of the key for an S3 service",
         .default_text = "none",
         .is_secret = true},
        {.key = "blobs.secret_key",
         .type = any_text(KS_FIELD(blobs.secret_key), "any text"),
         .description = "secret of that key",
         .default_text = "none",
         .is_secret = true},
        {.key = "blobs.secret_key_file",
         .type = any_text(KS_FIELD(blobs.secret_key_file), "the path of a file that holds the secret"),
         .description = "file with that secret, in place of blobs.secret_key",
         .default_text = "none"},
        {.key = "blobs.redirect",
         .type = flag(KS_FIELD(blobs.redirect)),
         .default_value = "false",
         .description =
             "owners' browsers save files directly from the S3 service (docs/s3.md), which they must reach at the endpoint of blobs.url"},
        {.key = "bus.url",
         .type = bus_servers("none, or URLs like nats://10.0.0.5:4222 or tls://user:password@nats.example.org:4222, separated by commas"),
         .default_value = "none",
         .description = "NATS servers, over which the nodes of an installation exchange events",
         .default_text = "none: in-process, for one node",
         .has_user_info = true},
        {.key = "bus.credentials_file",
         .type = any_text(KS_FIELD(bus.credentials_file), "the path of a file"),
         .description =
             "credentials for these servers: a .creds file with the JWT and NKEY of a user (a password may be in the URL instead)",
         .default_text = "none"},
    };
}

}  // namespace

const std::vector<Setting>& settings() {
    static const std::vector<Setting> table = [] {
        std::vector<Setting> all;
        for (auto& section : {server_settings(), auth_settings(), realtime_settings(), transfer_settings(), adapter_settings()}) {
            all.insert(all.end(), section.begin(), section.end());
        }
        return all;
    }();
    return table;
}

std::vector<std::string> setting_names() {
    std::vector<std::string> names;
    for (const Setting& setting : settings()) names.push_back(setting.key);
    return names;
}

}  // namespace ks::main
