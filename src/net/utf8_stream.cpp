#include "net/utf8_stream.h"

#include <cstring>

namespace ks::net {

bool Utf8Stream::feed(std::string_view piece) {
    auto at = piece.data();
    auto end = at + piece.size();
    while (at != end) {
        if (missing_ == 0) {
            for (std::uint64_t eight; end - at >= 8; at += 8) {
                std::memcpy(&eight, at, 8);
                if (eight & 0x8080808080808080) break;
            }
            if (at == end) break;
        }
        auto byte = static_cast<std::uint8_t>(*at++);
        if (missing_ > 0) {
            if (byte < low_ || byte > high_) return false;
            --missing_;
            low_ = 0x80;
            high_ = 0xbf;
        } else if (byte >= 0x80) {
            if (byte < 0xc2 || byte > 0xf4) return false;
            missing_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
            if (byte == 0xe0) low_ = 0xa0;
            if (byte == 0xed) high_ = 0x9f;
            if (byte == 0xf0) low_ = 0x90;
            if (byte == 0xf4) high_ = 0x8f;
        }
    }
    return true;
}

}  // namespace ks::net
