// Fuzzes the WebSocket frame reader. Invariants: a split stream yields the same frames as the whole, and the reader respects its limits.
// Build: clang++ -fsanitize=fuzzer,address,undefined. Input: the first byte is the split size, the rest is the stream.
#include "net/ws_deflate.h"
#include "net/ws_frame.h"

#include <cstdlib>
#include <vector>

namespace {

using namespace ks::net;
constexpr std::size_t max_message_bytes = 4096;

struct Got {
    Incoming::Kind kind;
    bool compressed;
    ks::CloseCode code;
    std::string payload;
    bool operator==(const Got&) const = default;
};

std::vector<Got> read(std::string_view stream, std::size_t portion) {
    FrameReader reader;
    std::vector<Got> all;
    for (std::size_t at = 0; at < stream.size(); at += portion) {
        std::string piece(stream.substr(at, portion));
        std::span<char> bytes(piece);
        while (true) {
            auto incoming = reader.next(bytes, {.max_message_bytes = max_message_bytes, .deflate = true});
            if (incoming.kind == Incoming::Kind::Nothing) break;
            all.push_back({incoming.kind, incoming.compressed, incoming.code, std::string(incoming.payload)});
            if (incoming.kind == Incoming::Kind::Violation) return all;
        }
    }
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
    auto whole = read(stream, stream.size() + 1);
    if (whole != read(stream, 1 + data[0] % 32)) std::abort();
    static Inflater inflater;
    for (const auto& one : whole) {
        if (one.payload.size() > max_message_bytes + max_message_bytes / 256 + 64) std::abort();
        if (one.kind == Incoming::Kind::Close) (void)read_close(one.payload);
        std::string_view message;
        if (one.compressed && inflater.inflate(one.payload, max_message_bytes, message) == Inflater::Outcome::Ok &&
            message.size() > max_message_bytes)
            std::abort();
    }
    return 0;
}
