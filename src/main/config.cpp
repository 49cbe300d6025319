#include "main/config.h"

#include "cli/suggestion.h"
#include "main/settings.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace ks::main {

namespace {

const Setting* find_setting(const std::string& key) {
    auto found = std::find_if(settings().begin(), settings().end(), [&key](const Setting& setting) { return setting.key == key; });
    return found == settings().end() ? nullptr : &*found;
}

// Returns the value as an error may show it. `setting`: null if it is unknown.
std::string quoted(const std::string& value, const Setting* setting) {
    if (setting && setting->is_secret) return "(a secret of " + std::to_string(value.size()) + " bytes)";
    return "\"" + (setting && setting->has_user_info ? without_user_info(value) : value) + "\"";
}

tl::unexpected<Error> bad_value(const Setting& setting, const std::string& value) {
    return fail(ErrorCode::InvalidRequest,
                setting.key + ": " + quoted(value, &setting) + " is not allowed; it must be " + setting.type.allowed);
}

std::string in_data_dir(std::string text, const std::string& data_dir) {
    constexpr std::string_view placeholder = "DATA_DIR";
    auto found = text.find(placeholder);
    return found == std::string::npos ? text : text.replace(found, placeholder.size(), data_dir);
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
    const Setting* meant = find_setting(near);
    return fail(ErrorCode::InvalidRequest, key + ": " + quoted(value, meant) + " is not allowed: there is no such setting" +
                                               cli::did_you_mean(near) + (near.empty() ? "; " : " ") +
                                               "kingshare help settings lists them");
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

// A secret is a setting, or in a file that another setting names.
Result<void> expect_one(const std::string& key, const std::string& secret, const std::string& file) {
    if (secret.empty() || file.empty()) return {};
    return fail(ErrorCode::InvalidRequest, key + "_file: \"" + file + "\" is not allowed together with " + key + "; set only one of them");
}

Result<void> expect_keys(const Config& config) {
    if (config.blobs.access_key.empty()) {
        return fail(ErrorCode::InvalidRequest,
                    "blobs.access_key: \"\" is not allowed with blobs.url=s3:; it must be the id of an access key");
    }
    if (config.blobs.secret_key.empty() && config.blobs.secret_key_file.empty()) {
        return fail(ErrorCode::InvalidRequest,
                    "blobs.secret_key_file: \"\" is not allowed with blobs.url=s3:; it must be the path of a file that holds the key");
    }
    return {};
}

}  // namespace

Result<Config> make_config(const std::string& data_dir, const std::vector<Assignment>& assignments) {
    Config config{.data_dir = data_dir};
    for (const Setting& setting : settings()) {
        bool fits = setting.default_value.empty() || setting.type.assign(config, in_data_dir(setting.default_value, data_dir));
        KS_ASSERT(fits);
    }
    for (const auto& [key, value] : assignments) {
        const Setting* setting = find_setting(key);
        if (!setting) return unknown_setting(key, value);
        auto shown = setting->type.assign(config, value);
        if (!shown) return bad_value(*setting, value);
        config.explicit_values[key] = *shown;
    }
    KS_CHECK(expect_one("auth.jwt_secret", config.auth.jwt_secret, config.auth.jwt_secret_file));
    bool has_secret = !config.auth.jwt_secret.empty() || !config.auth.jwt_secret_file.empty();
    if (!config.bus.servers.empty() && !has_secret) {
        return fail(ErrorCode::InvalidRequest,
                    "auth.jwt_secret_file: \"\" is not allowed with bus.url; it must be the path of a file with the secret of all nodes");
    }
    KS_CHECK(expect_one("blobs.secret_key", config.blobs.secret_key, config.blobs.secret_key_file));
    if (config.blobs.url.starts_with("s3:")) {
        KS_CHECK(expect_keys(config));
    } else if (config.blobs.redirect) {
        return fail(ErrorCode::InvalidRequest, "blobs.redirect: \"true\" is not allowed without blobs.url=s3:; it must be false");
    }
    return config;
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

}  // namespace ks::main
