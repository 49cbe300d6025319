#pragma once

#include <string_view>

namespace ks::main {

constexpr int bad_setting = 2;  // exit status

// Prints the reason to stderr, escaped to a single line. Returns `status`.
int exit_with_error(std::string_view reason, int status);

}  // namespace ks::main
