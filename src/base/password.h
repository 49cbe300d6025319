#pragma once

#include <string>
#include <string_view>

namespace ks {

// Argon2id (RFC 9106) in PHC string format, 19 MiB and two passes. Takes tens of milliseconds: must not run on a loop that serves sockets.
// Throws std::runtime_error if memory is exhausted.
std::string hash_password(std::string_view password);
bool password_matches(std::string_view password, const std::string& phc);  // false for a malformed hash

// Hash to compare with if the user does not exist, so that the response takes as long.
const std::string& nobodys_password_hash();

}  // namespace ks
