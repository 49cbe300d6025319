#include "main/setting_types.h"

#include "edge/client_address.h"
#include "net/base_url.h"

#include <charconv>
#include <limits>
#include <regex>
#include <sstream>

namespace ks::main {

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

}  // namespace

std::optional<Duration> parse_duration(const std::string& text) {
    static const std::map<std::string_view, std::uint64_t> units{
        {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
    auto millis = scaled(text, units, 100ULL * 366 * 86'400'000);
    return millis ? std::optional(Duration(static_cast<std::int64_t>(*millis))) : std::nullopt;
}

std::optional<std::uint64_t> parse_size(const std::string& text) {
    static const std::map<std::string_view, std::uint64_t> units{
        {"", 1},          {"B", 1},         {"KB", 1000},        {"MB", 1000'000},   {"GB", 1000'000'000}, {"TB", 1000'000'000'000},
        {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1ULL << 30}, {"TiB", 1ULL << 40}};
    return scaled(text, units, std::numeric_limits<std::int64_t>::max());
}

std::optional<std::uint64_t> parse_number(const std::string& text) {
    auto parts = number_with_unit(text);
    return parts && parts->second.empty() ? std::optional(parts->first) : std::nullopt;
}

std::optional<bool> parse_bool(const std::string& text) {
    if (text != "true" && text != "false") return std::nullopt;
    return text == "true";
}

std::optional<std::string> parse_base_url(const std::string& text) {
    auto url = net::BaseUrl::parse(text);
    return url ? std::optional(url->text()) : std::nullopt;
}

std::optional<std::string> parse_network(std::string_view text) {
    std::string network(text);
    return edge::TrustedProxies::is_network(network) ? std::optional(std::move(network)) : std::nullopt;
}

std::string without_user_info(const std::string& text) {
    std::string hidden;
    std::stringstream list(text);
    for (std::string url; std::getline(list, url, ',');) {
        auto scheme = url.find("://");
        std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
        auto at = url.rfind('@');
        if (at != std::string::npos && at >= begin) url.replace(begin, at - begin, "***");
        hidden += (hidden.empty() ? "" : ",") + url;
    }
    return hidden;
}

std::optional<std::string> parse_bus_server(std::string_view text) {
    std::string_view rest = text;
    if (!rest.starts_with("nats://") && !rest.starts_with("tls://")) return std::nullopt;
    rest.remove_prefix(rest.find("//") + 2);
    if (auto at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
    // The rest must be an authority, which BaseUrl checks in the form of a URL without path.
    auto url = net::BaseUrl::parse("http://" + std::string(rest));
    return url && url->prefix.empty() ? std::optional(std::string(text)) : std::nullopt;
}

std::optional<std::vector<std::string>> parse_list(const std::string& text, std::optional<std::string> (*parse_item)(std::string_view)) {
    std::vector<std::string> items;
    bool listed = text.starts_with('[') && text.ends_with(']');
    std::stringstream list(listed ? text.substr(1, text.size() - 2) : text);
    for (std::string item; std::getline(list, item, ',');) {
        while (!item.empty() && item.front() == ' ') item.erase(0, 1);
        while (!item.empty() && item.back() == ' ') item.pop_back();
        if (item.empty() || item == "none") continue;
        auto parsed = parse_item(item);
        if (!parsed) return std::nullopt;
        items.push_back(std::move(*parsed));
    }
    return items;
}

bool matches_form(const std::string& text, const std::string& form) {
    auto scheme = form.substr(0, form.find(':') + 1);
    return form == scheme ? text == form : text.starts_with(scheme) && text.size() > scheme.size();
}

std::string without_password(const std::string& url) {
    static const std::regex user_info("(://[^/?#:@]*):[^/?#]*@");
    static const std::regex parameter("([?&](?:password|sslpassword)=)[^&]*");
    return std::regex_replace(std::regex_replace(url, user_info, "$1:***@"), parameter, "$1***");
}

std::string one_of(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        const char* separator = &word == &words.front() ? "" : &word == &words.back() ? " or " : ", ";
        text += separator + word;
    }
    return text;
}

}  // namespace ks::main
