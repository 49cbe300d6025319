#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ks {

// Encrypts with AES-256-GCM under a random nonce, which is prepended to the result. REQUIRES: `key` has 32 bytes.
std::string encrypt(std::string_view key, std::string_view text);

// Returns nullopt if `sealed` was not made by encrypt() with the same key.
std::optional<std::string> decrypt(std::string_view key, std::string_view sealed);

}  // namespace ks
