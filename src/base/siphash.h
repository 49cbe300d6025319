#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ks {

using SipKey = std::array<std::uint64_t, 2>;

// SipHash-2-4 (Aumasson and Bernstein, 2012): 64 bits that nobody can steer who doesn't know the key. For tables whose keys strangers
// choose.
std::uint64_t siphash(const SipKey& key, std::string_view bytes);

}  // namespace ks
