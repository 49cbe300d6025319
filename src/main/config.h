#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/size.h"
#include "edge/app.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ks {

inline constexpr std::string_view memory_blobs = "memory:";  // value of blobs.url: contents are kept in memory

// All settings with their defaults. Settings are named after the fields (server.public_url) and documented in README.md.
struct Config {
    std::string data_dir = "./data";
    std::string listen = "127.0.0.1:8080";

    struct {
        std::string public_url{};   // normalized; empty: derived from each request
        std::uint64_t threads = 0;  // 0: one per CPU
        Duration shutdown_grace{10'000};
        std::vector<std::string> trusted_proxies{};
        std::uint64_t max_connections_per_ip = 512;
        std::string log_level = "info";
        bool metrics_for_all = false;
    } server;

    struct {
        std::string jwt_secret{};
        std::string jwt_secret_file{};
        std::string admin_password{};
        Duration access_token_ttl{std::chrono::minutes(15)};
        Duration refresh_token_ttl{std::chrono::days(30)};
        std::string registration = "closed";
        std::uint64_t login_attempts_per_minute = 10;
    } auth;

    struct {
        std::uint64_t max_connections = 100'000;
        std::uint64_t max_connections_per_user = 20;
        std::uint64_t max_connections_per_ip = 200;
        std::uint64_t messages_per_second = 10;
        std::uint64_t message_burst = 20;
        std::uint64_t max_message_bytes = 64_KiB;
        bool anonymous = true;
        Duration auth_timeout{10'000};
        Duration ping_interval{25'000};
        Duration idle_timeout{60'000};
        std::uint64_t max_queued_bytes = 1_MiB;
        std::string presence = "everyone";
        Duration offline_grace{3'000};
        Duration journal_retention{std::chrono::days(7)};
        std::uint64_t journal_events_per_user = 10'000;
        Duration progress_interval{200};
        std::string io_uring = "auto";
    } realtime;

    struct {
        std::uint64_t max_file_bytes = 0;
        std::uint64_t quota_bytes = 0;
        Duration expire_unfinished{std::chrono::hours(24)};
    } uploads;

    struct {
        std::uint64_t password_attempts_per_minute = 10;
        std::uint64_t password_attempts_per_hour = 100;
    } shares;

    struct {
        std::uint64_t requests_per_second = 50;
        std::uint64_t request_burst = 200;
        std::vector<std::string> cors_origins{};  // as browsers send the Origin header
    } http;

    struct {
        std::string url{};  // default: sqlite:DATA_DIR/kingshare.db
    } database;
    struct {
        std::string url{};  // file:PATH or memory_blobs; default: file:DATA_DIR/blobs
    } blobs;
    struct {
        std::string url{};  // default: in-process
    } bus;

    std::map<std::string, std::string> explicit_values{};  // explicitly set values by key, as written
};

std::string database_path(const Config& config);
std::string blobs_path(const Config& config);  // requires another blobs.url than memory_blobs

// An explicit setting. Lists of assignments are in ascending order of precedence.
struct Assignment {
    std::string key;
    std::string value;
};

// Applies the assignments to the defaults, in order. Errors: INVALID_REQUEST with the key, the value and the allowed values.
Result<Config> make_config(const std::vector<Assignment>& assignments);

Result<std::vector<Assignment>> read_config_file(const std::string& path);  // TOML
std::vector<Assignment> read_environment(const char* const* environment);   // KINGSHARE_SECTION__KEY
Result<Assignment> parse_assignment(const std::string& text);               // section.key=value

std::vector<EffectiveSetting> effective_settings(const Config& config);
// Returns one line per setting: key, default, allowed values.
std::string describe_settings();
std::vector<std::string> setting_names();

}  // namespace ks
