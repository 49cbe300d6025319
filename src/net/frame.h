#pragma once

#include "net/shared_bytes.h"

#include <string_view>

namespace ks::net {

// A text message encoded as a server frame (RFC 6455 §5: unmasked), shared by all recipients on a loop.
struct Frame {
    SharedBytes plain;
    SharedBytes deflated;  // RFC 7692 without context takeover; null if it would not be smaller

    const SharedBytes& for_socket(bool deflate) const { return deflate && deflated ? deflated : plain; }
};

// Encodes `text`; with_deflated also makes the compressed variant.
Frame make_frame(std::string_view text, bool with_deflated);

}  // namespace ks::net
