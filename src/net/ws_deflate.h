#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace ks::net {

// permessage-deflate (RFC 7692) without context takeover in either direction: messages are compressed independently, so that one inflater
// and one deflater serve all connections of a thread, and compressed frames can be shared.

// log2 of our compression window. Offers with server_max_window_bits of at least this value are accepted.
inline constexpr int deflate_window_bits = 12;

class Inflater {
public:
    Inflater();
    ~Inflater();

    enum class Outcome { Ok, TooBig, Corrupt };
    // Inflates the payload of one message (§7.2.2) into `message`, valid until the next call. Returns TooBig as soon as the output exceeds
    // `max_bytes`.
    Outcome inflate(std::string_view compressed, std::size_t max_bytes, std::string_view& message);

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;  // created by the first call
    std::string out_;
};

class Deflater {
public:
    Deflater();
    ~Deflater();

    // Returns the compressed payload of `text` (§7.2.1), valid until the next call; empty if it would not be smaller.
    std::string_view deflate(std::string_view text);

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
    std::string out_;
};

}  // namespace ks::net
