#pragma once

#include <cstdint>
#include <string_view>

namespace ks::net {

// Whether text that arrives in pieces is UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF). Fails at the first
// byte that cannot go on.
class Utf8Stream {
public:
    bool feed(std::string_view piece);               // false: not UTF-8, whatever follows
    bool complete() const { return missing_ == 0; }  // no character is half there

private:
    std::uint8_t missing_ = 0;
    std::uint8_t low_ = 0x80, high_ = 0xbf;  // what the next byte may be
};

inline bool is_whole_utf8(std::string_view text) {
    Utf8Stream stream;
    return stream.feed(text) && stream.complete();
}

}  // namespace ks::net
