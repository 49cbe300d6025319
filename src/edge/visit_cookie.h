#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ks {

// The value of the cookie ks_visit: who a browser is at the shares that it has opened. It is made by the server alone: an entry for each of
// the newest shares, each with the visitor's random id there, signed for that share. An entry that was made up, or belongs to another
// share, is no entry. `key`: 32 bytes that only the server knows.

std::string make_visit_id();  // 16 random bytes

// The visitor's id at the share; nullopt without a good one.
std::optional<std::string> find_visit_id(std::string_view cookie, const std::string& key, const std::string& share_token);

// The value that adds this id to what the cookie holds for other shares.
std::string add_visit_id(std::string_view cookie, const std::string& key, const std::string& share_token, const std::string& visit_id);

}  // namespace ks
