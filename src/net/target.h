#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ks::net {

// A request target in origin form (RFC 9112 §3.2.1), decoded.
struct Target {
    std::vector<std::string> segments;  // "/s/a%20b" → "s", "a b"; "/" → none
    std::vector<std::pair<std::string, std::string>> parameters;

    std::string_view parameter(std::string_view name) const;  // the first of that name; empty if absent
    bool has(std::string_view name) const;
};

Result<Target> parse_target(std::string_view text);  // INVALID_REQUEST

// Parses application/x-www-form-urlencoded. Errors: INVALID_REQUEST.
Result<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text);

// Parses an ext-value in UTF-8 (RFC 8187 §3.2.1): UTF-8'' followed by percent-encoded text. Returns nullopt for anything else.
std::optional<std::string> parse_ext_value(std::string_view text);

}  // namespace ks::net
