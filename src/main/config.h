#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ks::main {

// The values of all settings, named after the fields (server.public_url). The table in settings.cpp has their defaults; see make_config().
struct Config {
    std::string data_dir{};
    std::string listen{};

    struct {
        std::string public_url{};   // normalized; empty: derived from each request
        std::uint64_t threads = 0;  // 0: one per CPU
        Duration shutdown_grace{};
        std::vector<std::string> trusted_proxies{};
        std::uint64_t max_connections_per_ip = 0;
        std::string log_level{};
        bool metrics_for_all = false;
    } server;

    struct {
        std::string jwt_secret{};
        std::string jwt_secret_file{};
        std::string admin_password{};
        Duration access_token_ttl{};
        Duration refresh_token_ttl{};
        std::string registration{};
        std::uint64_t login_attempts_per_minute = 0;
    } auth;

    struct {
        std::uint64_t max_connections = 0;
        std::uint64_t max_connections_per_user = 0;
        std::uint64_t max_connections_per_ip = 0;
        std::uint64_t messages_per_second = 0;
        std::uint64_t message_burst = 0;
        std::uint64_t max_message_bytes = 0;
        bool anonymous = false;
        Duration auth_timeout{};
        Duration ping_interval{};
        Duration idle_timeout{};
        std::uint64_t max_queued_bytes = 0;
        std::string presence{};
        Duration offline_grace{};
        Duration journal_retention{};
        std::uint64_t journal_events_per_user = 0;
        Duration progress_interval{};
        std::string io_uring{};
    } realtime;

    struct {
        std::uint64_t max_file_bytes = 0;
        std::uint64_t quota_bytes = 0;
        Duration expire_unfinished{};
    } uploads;

    struct {
        std::uint64_t password_attempts_per_minute = 0;
        std::uint64_t password_attempts_per_hour = 0;
    } shares;

    struct {
        std::uint64_t requests_per_second = 0;
        std::uint64_t request_burst = 0;
        std::vector<std::string> cors_origins{};  // as browsers send the Origin header
    } http;

    struct {
        std::string url{};
    } database;

    struct {
        std::string url{};
        std::string access_key{};
        std::string secret_key{};
        std::string secret_key_file{};
        bool redirect;
    } blobs;

    struct {
        std::vector<std::string> servers{};  // URLs; empty: in-process
        std::string credentials_file{};
    } bus;

    std::map<std::string, std::string> explicit_values{};  // explicitly set values by key, normalized if their type is
};

// An explicit setting. Lists of assignments are in ascending order of precedence.
struct Assignment {
    std::string key;
    std::string value;
};

// Returns the defaults with the assignments applied in order. Errors: INVALID_REQUEST with the key, the value and the allowed values.
Result<Config> make_config(const std::string& data_dir, const std::vector<Assignment>& assignments);

Result<std::vector<Assignment>> read_config_file(const std::string& path);  // TOML
std::vector<Assignment> read_environment(const char* const* environment);   // KINGSHARE_SECTION__KEY
Result<Assignment> parse_assignment(const std::string& text);               // section.key=value

}  // namespace ks::main
