#include "net/frame.h"

#include "net/ws_deflate.h"
#include "net/ws_frame.h"

namespace ks::net {

namespace {

constexpr std::size_t worth_deflating = 100;

}  // namespace

Frame make_frame(std::string_view text, bool with_deflated) {
    thread_local Deflater deflater;
    Frame frame{.plain = SharedBytes(encode_frame({.opcode = Opcode::Text}, text))};
    if (with_deflated && text.size() >= worth_deflating) {
        if (auto smaller = deflater.deflate(text); !smaller.empty())
            frame.deflated = SharedBytes(encode_frame({.opcode = Opcode::Text, .compressed = true}, smaller));
    }
    return frame;
}

}  // namespace ks::net
