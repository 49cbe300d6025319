#pragma once

#include <string>
#include <string_view>

namespace ks {

// Argon2id (RFC 9106) in PHC string form, 19 MiB and two passes. Takes tens of milliseconds: never on a core that serves sockets.
// std::runtime_error when there is no memory for it.
std::string hash_password(std::string_view password);
bool password_matches(std::string_view password, const std::string& phc);  // false for a hash that is no PHC string

// What to compare with when there is no such user, so that the answer takes as long.
const std::string& nobodys_password_hash();

}  // namespace ks
