#include "net/http_date.h"

#include <time.h>

#include <string>

namespace ks::net {

namespace {

constexpr std::size_t longest_date = 40;
constexpr int fifty_years = 50;

bool parses(const std::string& text, const char* format, std::tm& parts) {
    parts = {};
    const char* end = strptime(text.c_str(), format, &parts);
    return end && *end == '\0';
}

}  // namespace

std::optional<std::time_t> parse_http_date(std::string_view text) {
    if (text.size() > longest_date) return std::nullopt;
    std::string date(text);
    std::tm parts{};
    if (!parses(date, "%a, %d %b %Y %H:%M:%S GMT", parts) && !parses(date, "%a %b %e %H:%M:%S %Y", parts)) {
        if (!parses(date, "%A, %d-%b-%y %H:%M:%S GMT", parts)) return std::nullopt;
        // A two-digit year is the latest one that is not more than 50 years in the future (RFC 9110 §5.6.7).
        std::time_t now = std::time(nullptr);
        std::tm today{};
        gmtime_r(&now, &today);
        parts.tm_year = today.tm_year - today.tm_year % 100 + parts.tm_year % 100;
        if (parts.tm_year > today.tm_year + fifty_years) parts.tm_year -= 100;
    }
    if (parts.tm_mday < 1) return std::nullopt;
    return timegm(&parts);
}

}  // namespace ks::net
