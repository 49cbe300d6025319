#include "cli/values.h"

#include "base/result.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace ks::cli {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

template <std::size_t N>
std::optional<std::int64_t> scaled(std::string_view text, const std::array<Unit, N>& units) {
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0) return std::nullopt;
    std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    for (const Unit& known : units) {
        if (known.name == unit && number <= (1LL << 62) / known.factor) return number * known.factor;
    }
    return std::nullopt;
}

tl::unexpected<CommandError> not_allowed(const std::string& name, const std::string& text, const std::string& allowed) {
    return command_error(ExitCode::Usage, name + ": \"" + text + "\" is not allowed; it must be " + allowed);
}

}  // namespace

Outcome<std::int64_t> parse_seconds(const std::string& name, const std::string& text) {
    static constexpr std::array<Unit, 5> units{{{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86'400}, {"w", 604'800}}};
    auto seconds = scaled(text, units);
    if (!seconds || *seconds == 0 || *seconds > 100LL * 366 * 86'400) return not_allowed(name, text, "a time like 90s, 30m, 12h, 7d or 2w");
    return *seconds;
}

Outcome<std::int64_t> parse_bytes(const std::string& name, const std::string& text) {
    static constexpr std::array<Unit, 10> units{{{"", 1},
                                                 {"B", 1},
                                                 {"KB", 1000},
                                                 {"MB", 1'000'000},
                                                 {"GB", 1'000'000'000},
                                                 {"TB", 1'000'000'000'000},
                                                 {"KiB", 1LL << 10},
                                                 {"MiB", 1LL << 20},
                                                 {"GiB", 1LL << 30},
                                                 {"TiB", 1LL << 40}}};
    auto bytes = scaled(text, units);
    if (!bytes) return not_allowed(name, text, "a size like 500MB or 20GiB, or 0 for the server's default");
    return *bytes;
}

Outcome<std::int64_t> parse_count(const std::string& name, const std::string& text) {
    static constexpr std::array<Unit, 1> units{{{"", 1}}};
    auto count = scaled(text, units);
    if (!count || *count == 0) return not_allowed(name, text, "a whole number of at least 1");
    return *count;
}

Outcome<std::string> server_address(const std::string& typed) {
    auto wrong = not_allowed("the server", typed, "an address like https://files.example.org or http://localhost:8080");
    std::string text = typed.substr(0, typed.find_first_of("?#"));
    auto host_begin = text.find("://") == std::string::npos ? 0 : text.find("://") + 3;
    auto path_begin = std::min(text.find('/', host_begin), text.size());
    // Cut the path of a share link or API call, and keep the base path of the server.
    std::string path = text.substr(path_begin);
    path.resize(std::min({path.rfind("/s/"), path.find("/api/"), path.find_last_not_of('/') + 1, path.size()}));
    text.resize(path_begin);
    for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    std::string scheme;
    if (auto end = text.find("://"); end != std::string::npos) {
        scheme = text.substr(0, end);
        text.erase(0, end + 3);
    }
    std::string host = text.substr(0, text.starts_with('[') ? text.find(']') + 1 : text.find(':'));
    std::string port = text.substr(host.size());
    if (scheme.empty()) scheme = host == "localhost" || host.starts_with("127.") || host == "[::1]" ? "http" : "https";
    if (scheme != "http" && scheme != "https") return wrong;
    if (host.empty() || host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-[]:") != std::string::npos) return wrong;
    if (!port.empty() && (port.size() < 2 || port.size() > 6 || port.find_first_not_of("0123456789", 1) != std::string::npos)) return wrong;
    if (port == (scheme == "http" ? ":80" : ":443")) port.clear();
    if (!std::all_of(path.begin(), path.end(), [](unsigned char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; })) return wrong;
    return scheme + "://" + host + port + path;
}

Outcome<Link> share_link(const std::string& url) {
    auto wrong = not_allowed("the link", url, "a share link like https://files.example.org/s/…");
    auto begin = url.substr(0, url.find_first_of("?#")).rfind("/s/");
    if (begin == std::string::npos) return wrong;
    std::string token = url.substr(begin + 3, url.find_first_of("/?#", begin + 3) - begin - 3);
    if (token.empty()) return wrong;
    KS_TRY(std::string server, server_address(url));
    return Link{server, token};
}

std::string bytes_text(double bytes) {
    static constexpr std::array units{"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < units.size()) {
        bytes /= 1024;
        ++unit;
    }
    char text[32];
    bool whole = unit == 0 || bytes >= 100;
    std::snprintf(text, sizeof text, "%.*f %s", whole ? 0 : 1, bytes, unit == 0 && bytes == 1 ? "byte" : units[unit]);
    return text;
}

std::string time_left_text(double seconds) {
    if (!std::isfinite(seconds) || seconds > 99.0 * 3600) return "more than 99 h";
    auto whole = static_cast<int>(std::ceil(seconds));
    char text[48];
    if (whole < 60) {
        std::snprintf(text, sizeof text, "%d s", whole);
    } else if (whole < 3600) {
        std::snprintf(text, sizeof text, "%d min %02d s", whole / 60, whole % 60);
    } else {
        std::snprintf(text, sizeof text, "%d h %02d min", whole / 3600, whole / 60 % 60);
    }
    return text;
}

std::string date_text(Time time) {
    std::time_t seconds = to_millis(time) / 1000;
    std::tm local{};
    localtime_r(&seconds, &local);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
    return text;
}

std::string day_text(Time time) { return date_text(time).substr(0, std::string_view("2026-01-31").size()); }

}  // namespace ks::cli
