#include "base/id.h"

#include "base/crypto.h"

#include <chrono>
#include <span>

namespace ks {

namespace {

// Pooled: the generator takes as long for a hundred ids as for one.
void fill_randomly(std::span<std::uint8_t> out) {
    thread_local std::array<std::byte, 1600> pool;
    thread_local std::span<std::byte> left;
    if (left.size() < out.size()) {
        random_bytes(pool);
        left = pool;
    }
    std::memcpy(out.data(), left.data(), out.size());
    left = left.subspan(out.size());
}

}  // namespace

Uuid make_uuid_v7() {
    Uuid uuid;
    fill_randomly(uuid);
    auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    for (int i = 0; i < 6; ++i) uuid[i] = static_cast<std::uint8_t>(now >> (8 * (5 - i)));
    uuid[6] = (uuid[6] & 0x0f) | 0x70;
    uuid[8] = (uuid[8] & 0x3f) | 0x80;
    return uuid;
}

std::string to_string(const Uuid& uuid) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < uuid.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += digits[uuid[i] >> 4];
        text += digits[uuid[i] & 15];
    }
    return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    Uuid uuid{};
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (c != '-') return std::nullopt;
            continue;
        }
        int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (value < 0) return std::nullopt;
        uuid[nibble / 2] |= static_cast<std::uint8_t>(nibble % 2 ? value : value << 4);
        ++nibble;
    }
    return uuid;
}

}  // namespace ks
