#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace ks::net {

// A text message framed for the wire (RFC 6455 §5, from the server: unmasked), immutable and shared by all who receive it.
struct Frame {
    std::shared_ptr<const std::string> plain;
    std::shared_ptr<const std::string> deflated;  // RFC 7692 without context takeover; null where it would not be smaller

    const std::shared_ptr<const std::string>& for_socket(bool deflate) const { return deflate && deflated ? deflated : plain; }
};

// with_deflated: also make the compressed variant.
Frame make_frame(std::string_view text, bool with_deflated);

}  // namespace ks::net
