#pragma once

#include "base/result.h"
#include "net/utf8_stream.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ks::net {

// RFC 6455 §5: frames, as functions over bytes. Nothing here knows of sockets or time.

enum class Opcode : std::uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

constexpr bool is_control(Opcode opcode) { return static_cast<std::uint8_t>(opcode) >= 8; }

using Mask = std::array<char, 4>;

struct FrameHeader {
    Opcode opcode = Opcode::Text;
    bool final = true;
    bool compressed = false;  // RSV1 (RFC 7692 §6)
    std::optional<Mask> mask;
    std::uint64_t size = 0;  // of the payload
};

inline constexpr std::size_t max_header_bytes = 14;
inline constexpr std::size_t max_control_bytes = 125;

struct HeaderRead {
    std::size_t size = 0;  // of the header; 0: more bytes are needed
    std::optional<CloseCode> violation;
};

// Reads the header at the beginning of `bytes`. Refuses what no context could make right: reserved bits and opcodes, lengths not in
// their shortest form, control frames that are long, fragmented or compressed.
HeaderRead read_frame_header(std::string_view bytes, FrameHeader& header);

// XORs `bytes` with the mask, beginning with its octet `offset` modulo 4 (§5.3). Its own inverse.
void apply_mask(std::span<char> bytes, const Mask& mask, std::uint64_t offset = 0);

// A whole frame: header.size is taken from the payload. Unmasked where header.mask is empty (§5.1: from the server).
std::string encode_frame(FrameHeader header, std::string_view payload);
std::string encode_close(std::uint16_t code, std::string_view reason);  // 1005: no payload; a long reason is cut at a character

struct ClosePayload {
    std::uint16_t code = 1005;
    std::string_view reason;
    std::optional<CloseCode> violation;  // half a code, a code that may not be sent (§7.4), a reason that isn't UTF-8
};
ClosePayload read_close(std::string_view payload);

struct FrameRules {
    std::size_t max_message_bytes;
    bool deflate = false;     // RSV1 is allowed on the first frame of a message
    bool from_client = true;  // frames must be masked; else they must not be
};

// A message or control frame of the peer's.
struct Incoming {
    enum class Kind : std::uint8_t { Nothing, Text, Binary, Ping, Pong, Close, Violation };
    Kind kind = Kind::Nothing;
    bool compressed = false;     // still deflated; then text has not been checked to be UTF-8
    CloseCode code{};            // of a violation
    std::string_view payload{};  // valid until the next call, and while the bytes given live
};

// Takes messages out of a stream of bytes, fragments joined, control frames between fragments handed out at once. Works in place on the
// bytes it is given; keeps only what is incomplete when they end. At rest (between messages) it is a null pointer.
class FrameReader {
public:
    FrameReader();
    ~FrameReader();

    // The next message or control frame; what it took is cut off `bytes`. Nothing: all bytes are taken, more are needed. Violation: the
    // connection fails with `code` (ProtocolError, InvalidData as soon as text can't become UTF-8, MessageTooBig as soon as a header
    // says so) and the reader is not to be called again.
    Incoming next(std::span<char>& bytes, const FrameRules& rules);

    bool at_rest() const { return !rest_; }

private:
    struct Rest;

    HeaderRead take_header(std::span<char>& bytes, FrameHeader& header);
    std::optional<CloseCode> objection(const FrameHeader& header, const FrameRules& rules) const;
    std::optional<Incoming> take_payload(std::span<char>& bytes);
    void forget_handed_out();

    std::unique_ptr<Rest> rest_;
};

}  // namespace ks::net
