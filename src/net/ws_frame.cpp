#include "net/ws_frame.h"

#include <algorithm>
#include <cstring>

namespace ks::net {

namespace {

constexpr std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
    return value;
}

void append_big_endian(std::string& out, std::uint64_t value, unsigned bytes) {
    while (bytes-- > 0) out.push_back(static_cast<char>(value >> (8 * bytes)));
}

// §7.4.1 and the IANA registry: 1004 is reserved; 1005, 1006 and 1015 must not appear on the wire; 1016 to 2999 are unassigned.
bool may_be_sent(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

Incoming::Kind kind_of(Opcode opcode) {
    switch (opcode) {
        case Opcode::Text: return Incoming::Kind::Text;
        case Opcode::Binary: return Incoming::Kind::Binary;
        case Opcode::Close: return Incoming::Kind::Close;
        case Opcode::Ping: return Incoming::Kind::Ping;
        case Opcode::Pong: return Incoming::Kind::Pong;
        case Opcode::Continuation: break;
    }
    return Incoming::Kind::Nothing;
}

Incoming violation(CloseCode code) { return {.kind = Incoming::Kind::Violation, .code = code}; }

std::string_view view(std::span<const char> bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

HeaderRead read_frame_header(std::string_view bytes, FrameHeader& header) {
    constexpr HeaderRead more{}, wrong{.violation = CloseCode::ProtocolError};
    if (bytes.size() < 2) return more;
    auto first = byte_at(bytes, 0), second = byte_at(bytes, 1);
    auto opcode = first & 0x0f;
    if (first & 0x30 || (opcode > 2 && opcode < 8) || opcode > 10) return wrong;
    header.opcode = static_cast<Opcode>(opcode);
    header.final = first & 0x80;
    header.compressed = first & 0x40;
    std::uint64_t size = second & 0x7f;
    if (is_control(header.opcode) && (!header.final || header.compressed || size > max_control_bytes)) return wrong;

    std::size_t length_bytes = size == 126 ? 2 : size == 127 ? 8 : 0;
    bool masked = second & 0x80;
    std::size_t whole = 2 + length_bytes + (masked ? 4 : 0);
    if (bytes.size() < 2 + length_bytes) return more;
    if (length_bytes > 0) {
        size = big_endian(bytes.substr(2, length_bytes));
        if (size < (length_bytes == 2 ? 126u : 65'536u) || size >> 63) return wrong;
    }
    if (bytes.size() < whole) return more;
    header.size = size;
    header.mask.reset();
    if (masked) std::memcpy(header.mask.emplace().data(), bytes.data() + 2 + length_bytes, 4);
    return {.size = whole};
}

void apply_mask(std::span<char> bytes, const Mask& mask, std::uint64_t offset) {
    std::array<char, 8> turned;
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(offset + i) % 4];
    std::uint64_t key;
    std::memcpy(&key, turned.data(), 8);
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        std::uint64_t eight;
        std::memcpy(&eight, bytes.data() + i, 8);
        eight ^= key;
        std::memcpy(bytes.data() + i, &eight, 8);
    }
    for (; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ turned[i % 8]);
}

std::string encode_frame(FrameHeader header, std::string_view payload) {
    std::string out;
    out.reserve(max_header_bytes + payload.size());
    out.push_back(static_cast<char>((header.final ? 0x80 : 0) | (header.compressed ? 0x40 : 0) | static_cast<int>(header.opcode)));
    int masked = header.mask ? 0x80 : 0;
    if (payload.size() < 126) {
        out.push_back(static_cast<char>(masked | static_cast<int>(payload.size())));
    } else if (payload.size() < 65'536) {
        out.push_back(static_cast<char>(masked | 126));
        append_big_endian(out, payload.size(), 2);
    } else {
        out.push_back(static_cast<char>(masked | 127));
        append_big_endian(out, payload.size(), 8);
    }
    if (header.mask) out.append(header.mask->data(), 4);
    auto start = out.size();
    out.append(payload);
    if (header.mask) apply_mask(std::span(out).subspan(start), *header.mask);
    return out;
}

std::string encode_close(std::uint16_t code, std::string_view reason) {
    std::string payload;
    if (code != 1005) {
        append_big_endian(payload, code, 2);
        auto size = std::min(reason.size(), max_control_bytes - 2);
        while (size > 0 && size < reason.size() && (reason[size] & 0xc0) == 0x80) --size;
        payload.append(reason.substr(0, size));
    }
    return encode_frame({.opcode = Opcode::Close}, payload);
}

ClosePayload read_close(std::string_view payload) {
    if (payload.empty()) return {};
    if (payload.size() == 1) return {.violation = CloseCode::ProtocolError};
    auto code = static_cast<std::uint16_t>(big_endian(payload.substr(0, 2)));
    auto reason = payload.substr(2);
    if (!may_be_sent(code)) return {.violation = CloseCode::ProtocolError};
    if (!is_whole_utf8(reason)) return {.violation = CloseCode::InvalidData};
    return {.code = code, .reason = reason};
}

struct FrameReader::Rest {
    std::string header;       // incomplete header
    FrameHeader frame;        // frame with a payload in progress
    std::uint64_t taken = 0;  // payload bytes received
    bool in_payload = false;

    bool in_message = false;  // a message has begun and was not returned yet
    Opcode opcode{};
    bool compressed = false;
    Utf8Stream utf8;
    std::string message;

    std::string control;
    bool handed_out = false;  // the last call returned `message` or `control`
};

FrameReader::FrameReader() = default;
FrameReader::~FrameReader() = default;

void FrameReader::forget_handed_out() {
    if (!rest_ || !rest_->handed_out) return;
    if (is_control(rest_->frame.opcode) && rest_->in_message) {
        std::string().swap(rest_->control);
        rest_->handed_out = false;
    } else {
        rest_.reset();
    }
}

HeaderRead FrameReader::take_header(std::span<char>& bytes, FrameHeader& header) {
    auto before = rest_ ? rest_->header.size() : 0;
    if (before == 0) {
        auto read = read_frame_header(view(bytes), header);
        if (read.size == 0 && !read.violation && !bytes.empty()) {
            if (!rest_) rest_ = std::make_unique<Rest>();
            rest_->header.assign(bytes.data(), bytes.size());
            bytes = {};
        } else {
            bytes = bytes.subspan(read.size);
        }
        return read;
    }
    auto added = std::min(bytes.size(), max_header_bytes - before);
    rest_->header.append(bytes.data(), added);
    auto read = read_frame_header(rest_->header, header);
    bytes = bytes.subspan(read.size > 0 ? read.size - before : added);
    if (read.size > 0) rest_->header.clear();
    return read;
}

std::optional<CloseCode> FrameReader::objection(const FrameHeader& header, const FrameRules& rules) const {
    if (header.mask.has_value() != rules.from_client) return CloseCode::ProtocolError;
    if (is_control(header.opcode)) return {};
    bool goes_on = header.opcode == Opcode::Continuation;
    bool under_way = rest_ && rest_->in_message;
    if (goes_on != under_way || (header.compressed && (goes_on || !rules.deflate))) return CloseCode::ProtocolError;
    auto limit = rules.max_message_bytes;
    if (under_way ? rest_->compressed : header.compressed) limit += limit / 256 + 64;  // worst-case expansion of deflate
    auto so_far = under_way ? rest_->message.size() : 0;
    if (header.size > limit || so_far + header.size > limit) return CloseCode::MessageTooBig;
    return {};
}

std::optional<Incoming> FrameReader::take_payload(std::span<char>& bytes) {
    Rest& rest = *rest_;
    bool control = is_control(rest.frame.opcode);
    auto piece = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(rest.frame.size - rest.taken, bytes.size())));
    bytes = bytes.subspan(piece.size());
    if (rest.frame.mask) apply_mask(piece, *rest.frame.mask, rest.taken);
    (control ? rest.control : rest.message).append(piece.data(), piece.size());
    rest.taken += piece.size();
    bool text = !control && rest.opcode == Opcode::Text && !rest.compressed;
    if (text && !rest.utf8.feed(view(piece))) return violation(CloseCode::InvalidData);
    if (rest.taken < rest.frame.size) return Incoming{};

    rest.in_payload = false;
    if (!rest.frame.final) return {};
    if (text && !rest.utf8.complete()) return violation(CloseCode::InvalidData);
    rest.handed_out = true;
    if (control) return Incoming{.kind = kind_of(rest.frame.opcode), .payload = rest.control};
    rest.in_message = false;
    return Incoming{.kind = kind_of(rest.opcode), .compressed = rest.compressed, .payload = rest.message};
}

Incoming FrameReader::next(std::span<char>& bytes, const FrameRules& rules) {
    forget_handed_out();
    while (true) {
        if (!rest_ || !rest_->in_payload) {
            FrameHeader header;
            auto read = take_header(bytes, header);
            if (read.violation) return violation(*read.violation);
            if (read.size == 0) return {};
            if (auto code = objection(header, rules)) return violation(*code);

            bool alone = is_control(header.opcode) || (header.final && header.opcode != Opcode::Continuation);
            if (alone && header.size <= bytes.size()) {
                auto payload = bytes.first(static_cast<std::size_t>(header.size));
                bytes = bytes.subspan(payload.size());
                if (rest_ && !rest_->in_message) rest_.reset();
                if (header.mask) apply_mask(payload, *header.mask);
                if (header.opcode == Opcode::Text && !header.compressed && !is_whole_utf8(view(payload)))
                    return violation(CloseCode::InvalidData);
                return {.kind = kind_of(header.opcode), .compressed = header.compressed, .payload = view(payload)};
            }
            if (!rest_) rest_ = std::make_unique<Rest>();
            if (!is_control(header.opcode) && !rest_->in_message) {
                rest_->in_message = true;
                rest_->opcode = header.opcode;
                rest_->compressed = header.compressed;
            }
            rest_->frame = header;
            rest_->taken = 0;
            rest_->in_payload = true;
        }
        if (auto incoming = take_payload(bytes)) return *incoming;
    }
}

}  // namespace ks::net
