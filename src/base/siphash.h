#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ks {

using SipKey = std::array<std::uint64_t, 2>;

// SipHash-2-4 (Aumasson and Bernstein, 2012): a 64-bit hash that is unpredictable without the key. For tables with keys chosen by untrusted
// clients.
std::uint64_t siphash(const SipKey& key, std::string_view bytes);

}  // namespace ks
