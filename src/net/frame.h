#pragma once

#include "net/shared_bytes.h"

#include <string_view>

namespace ks::net {

// A text message framed for the wire (RFC 6455 §5, from the server: unmasked), shared by all on a core who receive it.
struct Frame {
    SharedBytes plain;
    SharedBytes deflated;  // RFC 7692 without context takeover; null where it would not be smaller

    const SharedBytes& for_socket(bool deflate) const { return deflate && deflated ? deflated : plain; }
};

// with_deflated: also make the compressed variant.
Frame make_frame(std::string_view text, bool with_deflated);

}  // namespace ks::net
