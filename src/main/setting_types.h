#pragma once

#include "base/size.h"
#include "main/config.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::main {

// Type of a setting: the permitted values in words ("it must be …"), and the parser.
struct SettingType {
    std::string allowed;
    // Parses the text into its field. Returns the value as it is to be shown; nullopt if it is not permitted.
    std::function<std::optional<std::string>(Config&, const std::string&)> assign;
};

std::optional<Duration> parse_duration(const std::string& text);
std::optional<std::uint64_t> parse_size(const std::string& text);
std::optional<std::uint64_t> parse_number(const std::string& text);
std::optional<bool> parse_bool(const std::string& text);
std::optional<std::string> parse_base_url(const std::string& text);  // normalized
std::optional<std::string> parse_network(std::string_view text);
std::string without_user_info(const std::string& text);              // a list of URLs, with *** for users and passwords
std::optional<std::string> parse_bus_server(std::string_view text);  // nats://[user:password@]host[:port], or tls://…
// Parses a list in TOML syntax or separated by commas. `parse_item` validates and normalizes an item; nullopt rejects the list.
std::optional<std::vector<std::string>> parse_list(const std::string& text, std::optional<std::string> (*parse_item)(std::string_view));
// Matches the text against forms like "sqlite:PATH" (any nonempty path) and "memory:".
bool matches_form(const std::string& text, const std::string& form);
std::string without_password(const std::string& url);       // with "***" in place of the password, if it has one
std::string one_of(const std::vector<std::string>& words);  // "closed, open or invite"

// The field of a Config as an accessor: KS_FIELD(server.threads).
#define KS_FIELD(name) \
    [](Config & config) -> auto& { return config.name; }

// `parse` is a function const std::string& → std::optional of the field's type.
template <class Field, class Parse>
SettingType parsed(Field field, std::string allowed, Parse parse) {
    auto assign = [field, parse](Config& config, const std::string& text) -> std::optional<std::string> {
        auto value = parse(text);
        if (!value) return std::nullopt;
        field(config) = std::move(*value);
        return text;
    };
    return {std::move(allowed), std::move(assign)};
}

template <class Field>
SettingType duration(Field field) {
    return parsed(field, "a duration like 500ms, 30s, 15m, 24h or 7d", parse_duration);
}

template <class Field>
SettingType positive_duration(Field field) {
    auto parse = [](const std::string& text) {
        auto value = parse_duration(text);
        return value && *value > Duration(0) ? value : std::nullopt;
    };
    return parsed(field, "a duration above zero like 500ms, 30s, 15m, 24h or 7d", parse);
}

template <class Field>
SettingType size(Field field) {
    return parsed(field, "a size like 65536, 64KiB or 2GiB", parse_size);
}

// `allowed` states the limits in words.
template <class Field>
SettingType size_between(Field field, std::uint64_t least, std::uint64_t most, std::string allowed) {
    auto parse = [least, most](const std::string& text) {
        auto value = parse_size(text);
        return value && *value >= least && *value <= most ? value : std::nullopt;
    };
    return parsed(field, std::move(allowed), parse);
}

template <class Field>
SettingType count(Field field, std::uint64_t most = 1'000'000'000) {
    auto parse = [most](const std::string& text) {
        auto value = parse_number(text);
        return value && *value >= 1 && *value <= most ? value : std::nullopt;
    };
    return parsed(field, "a whole number from 1 to " + std::to_string(most), parse);
}

template <class Field>
SettingType flag(Field field) {
    return parsed(field, "true or false", parse_bool);
}

template <class Field>
SettingType word(Field field, std::vector<std::string> words) {
    std::string allowed = one_of(words);
    auto parse = [words = std::move(words)](const std::string& text) {
        bool is_known = std::find(words.begin(), words.end(), text) != words.end();
        return is_known ? std::optional(text) : std::nullopt;
    };
    return parsed(field, std::move(allowed), parse);
}

template <class Field>
SettingType any_text(Field field, std::string allowed) {
    return parsed(field, std::move(allowed), [](const std::string& text) { return std::optional(text); });
}

// `allowed` states the limits in words.
template <class Field>
SettingType bytes(Field field, std::size_t least, std::size_t most, std::string allowed) {
    auto parse = [least, most](const std::string& text) {
        return text.size() >= least && text.size() <= most ? std::optional(text) : std::nullopt;
    };
    return parsed(field, std::move(allowed), parse);
}

template <class Field>
SettingType list(Field field, std::string allowed, std::optional<std::string> (*parse_item)(std::string_view)) {
    return parsed(field, std::move(allowed), [parse_item](const std::string& text) { return parse_list(text, parse_item); });
}

// The URL of an adapter: one of the forms, see matches_form(). It is shown without its password.
template <class Field>
SettingType adapter_url(Field field, std::vector<std::string> forms) {
    std::string allowed = one_of(forms);
    auto assign = [field, forms = std::move(forms)](Config& config, const std::string& text) -> std::optional<std::string> {
        auto fits = [&text](const std::string& form) { return matches_form(text, form); };
        if (std::none_of(forms.begin(), forms.end(), fits)) return std::nullopt;
        field(config) = text;
        return without_password(text);
    };
    return {std::move(allowed), std::move(assign)};
}

}  // namespace ks::main
