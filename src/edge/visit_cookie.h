#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ks::edge {

// Value of the ks_visit cookie, which identifies a browser to the shares it has opened. One entry for each of the 16 newest shares: a
// random visitor id, signed for that share. Forged entries and entries of other shares are ignored. `key`: 32 bytes known only to the
// server.

std::string make_visit_id();  // 16 random bytes

// Returns the visitor id for the share; nullopt without a validly signed entry.
std::optional<std::string> find_visit_id(std::string_view cookie, const std::string& key, const std::string& share_token);

// Returns the cookie value with this id added, replacing an earlier one for the share; drops the oldest entries above the limit.
std::string add_visit_id(std::string_view cookie, const std::string& key, const std::string& share_token, const std::string& visit_id);

}  // namespace ks::edge
