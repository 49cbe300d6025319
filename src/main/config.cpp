#include "main/config.h"

#include "cli/suggestion.h"
#include "edge/client_address.h"
#include "edge/cors.h"
#include "net/base_url.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>
#include <limits>
#include <sstream>

namespace ks {

namespace {

std::optional<std::pair<std::uint64_t, std::string_view>> number_with_unit(std::string_view text) {
    std::uint64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end == text.data()) return std::nullopt;
    return std::pair(number, text.substr(static_cast<std::size_t>(end - text.data())));
}

std::optional<std::uint64_t> scaled(std::string_view text, const std::map<std::string_view, std::uint64_t>& units, std::uint64_t most) {
    auto parts = number_with_unit(text);
    if (!parts) return std::nullopt;
    auto unit = units.find(parts->second);
    if (unit == units.end() || parts->first > most / unit->second) return std::nullopt;
    return parts->first * unit->second;
}

bool assign(std::string& field, const std::string& text) {
    field = text;
    return true;
}

bool assign_duration(Duration& field, const std::string& text) {
    static const std::map<std::string_view, std::uint64_t> units{
        {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
    auto millis = scaled(text, units, 100ULL * 366 * 86'400'000);
    if (millis) field = Duration(static_cast<std::int64_t>(*millis));
    return millis.has_value();
}

bool assign_size(std::uint64_t& field, const std::string& text) {
    static const std::map<std::string_view, std::uint64_t> units{
        {"", 1},          {"B", 1},         {"KB", 1000},        {"MB", 1000'000},   {"GB", 1000'000'000}, {"TB", 1000'000'000'000},
        {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1ULL << 30}, {"TiB", 1ULL << 40}};
    auto bytes = scaled(text, units, std::numeric_limits<std::int64_t>::max());
    if (bytes) field = *bytes;
    return bytes.has_value();
}

bool assign_number(std::uint64_t& field, const std::string& text, std::uint64_t least, std::uint64_t most) {
    auto parts = number_with_unit(text);
    if (!parts || !parts->second.empty() || parts->first < least || parts->first > most) return false;
    field = parts->first;
    return true;
}

bool assign_bool(bool& field, const std::string& text) {
    if (text != "true" && text != "false") return false;
    field = text == "true";
    return true;
}

// Parses a list in TOML syntax or separated by commas. `parse` validates and normalizes an item; nullopt rejects the list.
bool assign_list(std::vector<std::string>& field, const std::string& text, std::optional<std::string> (*parse)(std::string_view)) {
    field.clear();
    bool listed = text.starts_with('[') && text.ends_with(']');
    std::stringstream list(listed ? text.substr(1, text.size() - 2) : text);
    for (std::string item; std::getline(list, item, ',');) {
        while (!item.empty() && item.front() == ' ') item.erase(0, 1);
        while (!item.empty() && item.back() == ' ') item.pop_back();
        if (item.empty() || item == "none") continue;
        auto parsed = parse(item);
        if (!parsed) return false;
        field.push_back(std::move(*parsed));
    }
    return true;
}

std::optional<std::string> parse_network(std::string_view text) {
    std::string network(text);
    return TrustedProxies::is_network(network) ? std::optional(std::move(network)) : std::nullopt;
}

bool one_of(const std::string& text, std::initializer_list<const char*> words) {
    for (const char* word : words) {
        if (text == word) return true;
    }
    return false;
}

// Matches "SCHEME:PATH" with a nonempty path, like "sqlite:PATH".
bool is_path_behind(std::string_view scheme, std::string_view text) { return text.starts_with(scheme) && text.size() > scheme.size(); }

bool assign_base_url(std::string& field, const std::string& text) {
    auto url = net::BaseUrl::parse(text);
    return url && assign(field, url->text());
}

struct Setting {
    const char* key;
    const char* default_value;
    const char* allowed;
    std::function<bool(Config&, const std::string&)> assign;
    bool secret = false;
    std::string (*shown)(const Config&) = nullptr;  // formats the normalized value, instead of the text as given
};

constexpr const char* duration_form = "a duration like 500ms, 30s, 15m, 24h or 7d";
constexpr const char* positive_duration = "a duration above zero like 500ms, 30s, 15m, 24h or 7d";
constexpr const char* size_form = "a size like 65536, 64KiB or 2GiB";
constexpr const char* count_form = "a whole number from 1 to 1000000000";

#define KS_TEXT(field) [](Config& c, const std::string& v) { return assign(c.field, v); }
#define KS_DURATION(field) [](Config& c, const std::string& v) { return assign_duration(c.field, v); }
#define KS_POSITIVE(field) [](Config& c, const std::string& v) { return assign_duration(c.field, v) && c.field > Duration(0); }
#define KS_SIZE(field) [](Config& c, const std::string& v) { return assign_size(c.field, v); }
#define KS_COUNT(field) [](Config& c, const std::string& v) { return assign_number(c.field, v, 1, 1'000'000'000); }
#define KS_BOOL(field) [](Config& c, const std::string& v) { return assign_bool(c.field, v); }
#define KS_WORD(field, ...) [](Config& c, const std::string& v) { return one_of(v, {__VA_ARGS__}) && assign(c.field, v); }
#define KS_PATH(field, scheme) [](Config& c, const std::string& v) { return is_path_behind(scheme, v) && assign(c.field, v); }

const std::vector<Setting>& settings() {
    static const std::vector<Setting> table{
        {"server.public_url", "none: taken from each request",
         "a URL with http:// or https://, like https://files.example.org or https://example.org/share, without user name, query and "
         "fragment",
         [](Config& c, const std::string& v) { return assign_base_url(c.server.public_url, v); }, false,
         [](const Config& c) { return c.server.public_url; }},
        {"server.threads", "one per core", "a whole number from 1 to 256",
         [](Config& c, const std::string& v) { return assign_number(c.server.threads, v, 1, 256); }},
        {"server.shutdown_grace", "10s", duration_form, KS_DURATION(server.shutdown_grace)},
        {"server.trusted_proxies", "none", "addresses or networks like 127.0.0.1 or 10.0.0.0/8, separated by commas",
         [](Config& c, const std::string& v) { return assign_list(c.server.trusted_proxies, v, parse_network); }},
        {"server.max_connections_per_ip", "512", count_form, KS_COUNT(server.max_connections_per_ip)},
        {"server.log_level", "info", "debug, info, warning or error", KS_WORD(server.log_level, "debug", "info", "warning", "error")},
        {"server.metrics_for_all", "false", "true or false (false: /metrics is available from loopback only)",
         KS_BOOL(server.metrics_for_all)},
        {"auth.jwt_secret", "random, stored in the data directory", "at least 32 bytes",
         [](Config& c, const std::string& v) { return v.size() >= 32 && assign(c.auth.jwt_secret, v); }, true},
        {"auth.jwt_secret_file", "none", "the path of a file that holds at least 32 bytes", KS_TEXT(auth.jwt_secret_file)},
        {"auth.admin_password", "none: a set-up link is printed", "8 to 1024 bytes",
         [](Config& c, const std::string& v) { return v.size() >= 8 && v.size() <= 1024 && assign(c.auth.admin_password, v); }, true},
        {"auth.access_token_ttl", "15m", positive_duration, KS_POSITIVE(auth.access_token_ttl)},
        {"auth.refresh_token_ttl", "30d", positive_duration, KS_POSITIVE(auth.refresh_token_ttl)},
        {"auth.registration", "closed", "closed, open or invite", KS_WORD(auth.registration, "closed", "open", "invite")},
        {"auth.login_attempts_per_minute", "10", count_form, KS_COUNT(auth.login_attempts_per_minute)},
        {"realtime.max_connections", "100000", count_form, KS_COUNT(realtime.max_connections)},
        {"realtime.max_connections_per_user", "20", count_form, KS_COUNT(realtime.max_connections_per_user)},
        {"realtime.max_connections_per_ip", "200", count_form, KS_COUNT(realtime.max_connections_per_ip)},
        {"realtime.messages_per_second", "10", count_form, KS_COUNT(realtime.messages_per_second)},
        {"realtime.message_burst", "20", count_form, KS_COUNT(realtime.message_burst)},
        {"realtime.max_message_bytes", "64KiB", "a size from 256 to 16MiB",
         [](Config& c, const std::string& v) {
             return assign_size(c.realtime.max_message_bytes, v) && c.realtime.max_message_bytes >= 256 &&
                    c.realtime.max_message_bytes <= (16U << 20);
         }},
        {"realtime.anonymous", "true", "true or false", KS_BOOL(realtime.anonymous)},
        {"realtime.auth_timeout", "10s", positive_duration, KS_POSITIVE(realtime.auth_timeout)},
        {"realtime.ping_interval", "25s", positive_duration, KS_POSITIVE(realtime.ping_interval)},
        {"realtime.idle_timeout", "60s", positive_duration, KS_POSITIVE(realtime.idle_timeout)},
        {"realtime.max_queued_bytes", "1MiB", "a size from 1KiB to 1GiB",
         [](Config& c, const std::string& v) {
             return assign_size(c.realtime.max_queued_bytes, v) && c.realtime.max_queued_bytes >= 1024 &&
                    c.realtime.max_queued_bytes <= (1U << 30);
         }},
        {"realtime.presence", "everyone", "everyone, contacts or off", KS_WORD(realtime.presence, "everyone", "contacts", "off")},
        {"realtime.offline_grace", "3s", duration_form, KS_DURATION(realtime.offline_grace)},
        {"realtime.journal_retention", "7d", positive_duration, KS_POSITIVE(realtime.journal_retention)},
        {"realtime.journal_events_per_user", "10000", count_form, KS_COUNT(realtime.journal_events_per_user)},
        {"realtime.progress_interval", "200ms", duration_form, KS_DURATION(realtime.progress_interval)},
        {"realtime.io_uring", "auto", "auto, on or off (on: fail to start if the kernel refuses it)",
         KS_WORD(realtime.io_uring, "auto", "on", "off")},
        {"uploads.max_file_bytes", "0 (no limit)", size_form, KS_SIZE(uploads.max_file_bytes)},
        {"uploads.quota_bytes", "0 (none), per user", size_form, KS_SIZE(uploads.quota_bytes)},
        {"uploads.expire_unfinished", "24h", positive_duration, KS_POSITIVE(uploads.expire_unfinished)},
        {"shares.password_attempts_per_minute", "10", count_form, KS_COUNT(shares.password_attempts_per_minute)},
        {"shares.password_attempts_per_hour", "100", count_form, KS_COUNT(shares.password_attempts_per_hour)},
        {"http.requests_per_second", "50", count_form, KS_COUNT(http.requests_per_second)},
        {"http.request_burst", "200", count_form, KS_COUNT(http.request_burst)},
        {"http.cors_origins", "none", "origins like https://app.example.org or http://localhost:5173, separated by commas",
         [](Config& c, const std::string& v) { return assign_list(c.http.cors_origins, v, Cors::parse_origin); }},
        {"database.url", "sqlite:DATA_DIR/kingshare.db", "sqlite:PATH", KS_PATH(database.url, "sqlite:")},
        {"blobs.url", "file:DATA_DIR/blobs", "file:PATH, or memory: for tests and trials (contents are lost when the server stops)",
         [](Config& c, const std::string& v) { return (v == memory_blobs || is_path_behind("file:", v)) && assign(c.blobs.url, v); }},
        {"bus.url", "none: in-process", "none", KS_WORD(bus.url, "none", "")},
    };
    return table;
}

#undef KS_TEXT
#undef KS_DURATION
#undef KS_POSITIVE
#undef KS_SIZE
#undef KS_COUNT
#undef KS_BOOL
#undef KS_WORD
#undef KS_PATH

tl::unexpected<Error> bad_setting(const Setting& setting, const std::string& value) {
    std::string shown = setting.secret ? "(a secret of " + std::to_string(value.size()) + " bytes)" : "\"" + value + "\"";
    return fail(ErrorCode::InvalidRequest, std::string(setting.key) + ": " + shown + " is not allowed; it must be " + setting.allowed);
}

// Returns the closest known setting, or "" if none is close. Also compares the section and the rest of the key separately.
std::string nearest_setting(const std::string& key) {
    std::vector<std::string> names = setting_names();
    if (auto near = cli::closest(key, names); !near.empty()) return near;
    auto dot = key.find('.');
    std::vector<std::string> sections;
    std::vector<std::string> rests;
    for (const std::string& name : names) sections.push_back(name.substr(0, name.find('.')));
    std::string section = dot == std::string::npos ? "" : cli::closest(key.substr(0, dot), sections);
    std::string rest = dot == std::string::npos ? key : key.substr(dot + 1);
    for (const std::string& name : names) {
        bool counts = section.empty() ? dot == std::string::npos : name.starts_with(section + ".");
        if (counts) rests.push_back(name.substr(name.find('.') + 1));
    }
    rest = cli::closest(rest, rests);
    for (const std::string& name : names) {
        if (!rest.empty() && name.ends_with("." + rest) && (section.empty() || name.starts_with(section + "."))) return name;
    }
    return section.empty() || key.starts_with(section + ".") ? "" : section + ".…";
}

tl::unexpected<Error> unknown_setting(const std::string& key, const std::string& value) {
    std::string near = nearest_setting(key);
    bool is_secret = std::any_of(settings().begin(), settings().end(), [&](const Setting& one) { return one.key == near && one.secret; });
    std::string shown = is_secret ? "(a secret of " + std::to_string(value.size()) + " bytes)" : "\"" + value + "\"";
    return fail(ErrorCode::InvalidRequest, key + ": " + shown + " is not allowed: there is no such setting" + cli::did_you_mean(near) +
                                               (near.empty() ? "; " : " ") + "kingshare help settings lists them");
}

std::string toml_text(const toml::node& node) {
    if (auto text = node.value<std::string>()) return *text;
    if (const auto* list = node.as_array()) {
        std::string joined;
        for (const auto& item : *list) joined += (joined.empty() ? "" : ", ") + toml_text(item);
        return "[" + joined + "]";
    }
    std::stringstream text;
    if (auto flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (auto number = node.as_integer())
        text << number->get();
    else if (auto real = node.as_floating_point())
        text << real->get();
    else
        text << "(a table or a date)";
    return text.str();
}

}  // namespace

Result<Config> make_config(const std::vector<Assignment>& assignments) {
    Config config;
    for (const auto& [key, value] : assignments) {
        const Setting* setting = nullptr;
        for (const Setting& candidate : settings()) {
            if (candidate.key == key) setting = &candidate;
        }
        if (!setting) return unknown_setting(key, value);
        if (!setting->assign(config, value)) return bad_setting(*setting, value);
        config.explicit_values[key] = setting->shown ? setting->shown(config) : value;
    }
    if (!config.auth.jwt_secret.empty() && !config.auth.jwt_secret_file.empty()) {
        return fail(ErrorCode::InvalidRequest, "auth.jwt_secret_file: \"" + config.auth.jwt_secret_file +
                                                   "\" is not allowed together with auth.jwt_secret; set only one of them");
    }
    return config;
}

std::vector<std::string> setting_names() {
    std::vector<std::string> names;
    for (const Setting& setting : settings()) names.emplace_back(setting.key);
    return names;
}

std::string database_path(const Config& config) {
    return config.database.url.empty() ? config.data_dir + "/kingshare.db" : config.database.url.substr(std::string_view("sqlite:").size());
}

std::string blobs_path(const Config& config) {
    return config.blobs.url.empty() ? config.data_dir + "/blobs" : config.blobs.url.substr(std::string_view("file:").size());
}

Result<std::vector<Assignment>> read_config_file(const std::string& path) {
    std::vector<Assignment> assignments;
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        return fail(ErrorCode::InvalidRequest, "--config: \"" + path + "\" is a folder; it must be a TOML file");
    }
    try {
        toml::table file = toml::parse_file(path);
        for (auto&& [section, content] : file) {
            const auto* table = content.as_table();
            std::string name(section.str());
            if (!table) {
                assignments.push_back({name, toml_text(content)});
                continue;
            }
            for (auto&& [key, value] : *table) assignments.push_back({name + "." + std::string(key.str()), toml_text(value)});
        }
    } catch (const toml::parse_error& error) {
        std::stringstream where;
        if (error.source().begin) where << " (" << error.source().begin << ")";
        return fail(ErrorCode::InvalidRequest, "--config: \"" + path + "\" can't be read: " + std::string(error.description()) +
                                                   where.str() + "; it must be a TOML file");
    }
    return assignments;
}

std::vector<Assignment> read_environment(const char* const* environment) {
    constexpr std::string_view prefix = "KINGSHARE_";
    std::vector<Assignment> assignments;
    for (; *environment; ++environment) {
        std::string_view entry = *environment;
        auto equals = entry.find('=');
        if (!entry.starts_with(prefix) || equals == std::string_view::npos) continue;
        std::string key(entry.substr(prefix.size(), equals - prefix.size()));
        auto split = key.find("__");
        if (split == std::string::npos) continue;  // other variables, like KINGSHARE_BINARY
        for (char& c : key) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        assignments.push_back({key.substr(0, split) + "." + key.substr(split + 2), std::string(entry.substr(equals + 1))});
    }
    return assignments;
}

Result<Assignment> parse_assignment(const std::string& text) {
    auto equals = text.find('=');
    if (equals == std::string::npos)
        return fail(ErrorCode::InvalidRequest, "--set: \"" + text + "\" is not allowed; it must be section.key=value");
    return Assignment{text.substr(0, equals), text.substr(equals + 1)};
}

std::vector<EffectiveSetting> effective_settings(const Config& config) {
    std::vector<EffectiveSetting> all;
    for (const Setting& setting : settings()) {
        auto given = config.explicit_values.find(setting.key);
        bool is_default = given == config.explicit_values.end();
        std::optional<std::string> value = is_default ? setting.default_value : given->second;
        if (setting.secret && !is_default) value = std::nullopt;
        all.push_back({setting.key, std::move(value), setting.default_value, is_default});
    }
    return all;
}

std::string describe_settings() {
    std::string text;
    for (const Setting& setting : settings()) {
        text += std::string(setting.key) + " [" + setting.default_value + "]: " + setting.allowed + "\n";
    }
    return text;
}

}  // namespace ks
