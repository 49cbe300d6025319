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

// RFC 6455 §5: frame encoding and decoding as functions over bytes, independent of sockets and time.

enum class Opcode : std::uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

constexpr bool is_control(Opcode opcode) { return static_cast<std::uint8_t>(opcode) >= 8; }

using Mask = std::array<char, 4>;

struct FrameHeader {
    Opcode opcode = Opcode::Text;
    bool final = true;
    bool compressed = false;  // RSV1 (RFC 7692 §6)
    std::optional<Mask> mask;
    std::uint64_t size = 0;  // payload bytes
};

inline constexpr std::size_t max_header_bytes = 14;
inline constexpr std::size_t max_control_bytes = 125;

struct HeaderRead {
    std::size_t size = 0;  // header bytes; 0: more input is needed
    std::optional<CloseCode> violation;
};

// Parses the header at the front of `bytes`. Rejects violations in any context: reserved bits and opcodes, lengths not in their shortest
// form, control frames that are long, fragmented or compressed.
HeaderRead read_frame_header(std::string_view bytes, FrameHeader& header);

// XORs `bytes` with the mask, starting at its octet `offset` modulo 4 (§5.3). Self-inverse.
void apply_mask(std::span<char> bytes, const Mask& mask, std::uint64_t offset = 0);

// Encodes a whole frame, with the payload's size instead of header.size. Unmasked if header.mask is empty (§5.1: server frames).
std::string encode_frame(FrameHeader header, std::string_view payload);
std::string encode_close(std::uint16_t code, std::string_view reason);  // 1005: no payload; a long reason is truncated at a character

struct ClosePayload {
    std::uint16_t code = 1005;
    std::string_view reason;
    std::optional<CloseCode> violation;  // truncated code, forbidden code (§7.4), or reason that is not UTF-8
};
ClosePayload read_close(std::string_view payload);

struct FrameRules {
    std::size_t max_message_bytes;
    bool deflate = false;     // RSV1 is allowed on a message's first frame
    bool from_client = true;  // frames must be masked; otherwise they must not be
};

// A message or control frame from the peer.
struct Incoming {
    enum class Kind : std::uint8_t { Nothing, Text, Binary, Ping, Pong, Close, Violation };
    Kind kind = Kind::Nothing;
    bool compressed = false;     // still deflated; text is then not yet checked to be UTF-8
    CloseCode code{};            // of a Violation
    std::string_view payload{};  // valid until the next call and as long as the input bytes
};

// Incremental frame decoder: reassembles fragmented messages and returns control frames between fragments at once. Works in place on the
// input and buffers only its incomplete end. Between messages it is a null pointer.
class FrameReader {
public:
    FrameReader();
    ~FrameReader();

    // Returns the next message or control frame and removes the consumed input from `bytes`. Nothing: all input is consumed, more is
    // needed. Violation: the caller must fail the connection with `code` (ProtocolError, InvalidData as soon as text can't become UTF-8,
    // MessageTooBig as soon as a header exceeds the limit) and must not call the reader again.
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
