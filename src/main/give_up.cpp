#include "main/give_up.h"

#include "base/crypto.h"

#include <cstdio>

namespace ks {

int give_up(std::string_view reason, int status) {
    std::string line;
    for (char c : reason) {
        bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        line += is_control ? "\\x" + hex({&c, 1}) : std::string(1, c);
    }
    std::fprintf(stderr, "kingshare: %s\n", line.c_str());
    return status;
}

}  // namespace ks
