#include "base/clock.h"

#include <charconv>
#include <cstdio>

namespace ks {

namespace {

// Parses exactly `count` digits at the front of `text` and removes them.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + count, value);
    if (error != std::errc{} || end != text.data() + count || text[0] == '-') return std::nullopt;
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

std::string rfc3339(Time time) {
    auto day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day date(day);
    std::chrono::hh_mm_ss clock(time - day);
    char text[40];
    int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()), unsigned(date.month()),
                               unsigned(date.day()), int(clock.hours().count()), int(clock.minutes().count()), int(clock.seconds().count()),
                               int(clock.subseconds().count()));
    return {text, static_cast<std::size_t>(length)};
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    auto year = take_digits(text, 4);
    if (!year || !take(text, "-")) return std::nullopt;
    auto month = take_digits(text, 2);
    if (!month || !take(text, "-")) return std::nullopt;
    auto day = take_digits(text, 2);
    if (!day || !take(text, "Tt ")) return std::nullopt;
    auto hour = take_digits(text, 2);
    if (!hour || !take(text, ":")) return std::nullopt;
    auto minute = take_digits(text, 2);
    if (!minute || !take(text, ":")) return std::nullopt;
    auto second = take_digits(text, 2);
    if (!second) return std::nullopt;
    int millis = 0;
    if (take(text, ".")) {
        int scale = 100, digits = 0;
        while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
            millis += (text[0] - '0') * scale;
            scale /= 10;
            ++digits;
            text.remove_prefix(1);
        }
        if (digits == 0) return std::nullopt;
    }
    auto offset = std::chrono::minutes(0);
    if (!take(text, "Zz")) {
        bool east = !text.empty() && text[0] == '+';
        if (!take(text, "+-")) return std::nullopt;
        auto hours = take_digits(text, 2);
        if (!hours || !take(text, ":")) return std::nullopt;
        auto minutes = take_digits(text, 2);
        if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
        offset = std::chrono::minutes((east ? 1 : -1) * (*hours * 60 + *minutes));
    }
    std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month), std::chrono::day(*day)};
    if (!text.empty() || !date.ok() || *hour > 23 || *minute > 59 || *second > 60 || *year < 1970) return std::nullopt;
    Time time = std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
                std::chrono::milliseconds(millis) - offset;
    constexpr auto year_10000 = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);
    return to_millis(time) >= 0 && time < year_10000 ? std::optional(time) : std::nullopt;
}

}  // namespace ks
