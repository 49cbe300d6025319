#pragma once

#include <ctime>
#include <optional>
#include <string_view>

namespace ks::net {

// Parses the three formats of RFC 9110 §5.6.7: IMF-fixdate and the obsolete ones of RFC 850 and asctime(). Returns nullopt for anything
// else.
std::optional<std::time_t> parse_http_date(std::string_view text);

}  // namespace ks::net
