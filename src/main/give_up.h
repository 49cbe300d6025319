#pragma once

#include <string_view>

namespace ks {

constexpr int bad_setting = 2;  // the exit status

// The reason on stderr, in one line whatever it quotes. Returns `status`.
int give_up(std::string_view reason, int status);

}  // namespace ks
