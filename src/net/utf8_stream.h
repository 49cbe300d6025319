#pragma once

#include <cstdint>
#include <string_view>

namespace ks::net {

// Incremental UTF-8 validator (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF). Fails at the first invalid byte.
class Utf8Stream {
public:
    bool feed(std::string_view piece);               // false: cannot be UTF-8, whatever follows
    bool complete() const { return missing_ == 0; }  // no character is truncated

private:
    std::uint8_t missing_ = 0;
    std::uint8_t low_ = 0x80, high_ = 0xbf;  // range of the next byte
};

inline bool is_whole_utf8(std::string_view text) {
    Utf8Stream stream;
    return stream.feed(text) && stream.complete();
}

}  // namespace ks::net
