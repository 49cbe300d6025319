#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace ks::net {

// permessage-deflate (RFC 7692) without context takeover on either side: every message is compressed by itself, so that one inflater
// and one deflater serve all connections of a thread, and a compressed frame can be shared.

// The window that we compress with, as its logarithm: a client that asks for server_max_window_bits of at least this gets it.
inline constexpr int deflate_window_bits = 12;

class Inflater {
public:
    Inflater();
    ~Inflater();

    enum class Outcome { Ok, TooBig, Corrupt };
    // The message of one or more frames (§7.2.2) into `message`, valid until the next call. Stops where it would pass `max_bytes`.
    Outcome inflate(std::string_view compressed, std::size_t max_bytes, std::string_view& message);

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;  // made by the first call
    std::string out_;
};

class Deflater {
public:
    Deflater();
    ~Deflater();

    // The payload for `text` (§7.2.1); valid until the next call. Empty where it would not be smaller.
    std::string_view deflate(std::string_view text);

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
    std::string out_;
};

}  // namespace ks::net
