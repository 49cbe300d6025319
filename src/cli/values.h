#pragma once

#include "base/clock.h"
#include "cli/command_error.h"

#include <string>
#include <string_view>

namespace ks::cli {

// Parsers for values on the command line. They fail with ExitCode::Usage; `name` is the option in the message.

Outcome<std::int64_t> parse_seconds(const std::string& name, const std::string& text);  // 90s, 30m, 12h, 7d
Outcome<std::int64_t> parse_bytes(const std::string& name, const std::string& text);    // 500, 20MB, 10GiB
Outcome<std::int64_t> parse_count(const std::string& name, const std::string& text);    // At least 1.

// Normalizes to scheme://host[:port][/path]. The scheme defaults to https, for localhost to http.
Outcome<std::string> server_address(const std::string& typed);

struct Link {
    std::string server;
    std::string share_token;
};
Outcome<Link> share_link(const std::string& url);  // https://files.example.org/s/TOKEN

// Formatting for people.
std::string bytes_text(double bytes);        // 1.4 GiB
std::string time_left_text(double seconds);  // 2 min 05 s
std::string date_text(Time time);            // 2026-01-31 14:05, local
std::string day_text(Time time);             // 2026-01-31, local

}  // namespace ks::cli
