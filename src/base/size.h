#pragma once

#include <cstddef>

namespace ks {

// Literals for sizes in bytes: 64_KiB.
consteval std::size_t operator""_KiB(unsigned long long count) { return count << 10; }
consteval std::size_t operator""_MiB(unsigned long long count) { return count << 20; }

}  // namespace ks
