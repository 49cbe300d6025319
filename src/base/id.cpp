#include "base/id.h"

#include "base/crypto.h"

#include <algorithm>
#include <atomic>
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

// Returns the time in units of 1/4096 ms, greater than every earlier value in this process (RFC 9562 §6.2, method 3).
std::uint64_t next_time() {
    static std::atomic<std::uint64_t> last{0};
    auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    auto time = (static_cast<std::uint64_t>(now / 1'000'000) << 12) | (static_cast<std::uint64_t>(now % 1'000'000) * 4096 / 1'000'000);
    std::uint64_t before = last.load();
    while (!last.compare_exchange_weak(before, std::max(time, before + 1))) {
    }
    return std::max(time, before + 1);
}

}  // namespace

Uuid make_uuid_v7() {
    Uuid uuid;
    fill_randomly(uuid);
    std::uint64_t time = next_time();
    for (int i = 0; i < 6; ++i) uuid[i] = static_cast<std::uint8_t>(time >> (12 + 8 * (5 - i)));
    uuid[6] = static_cast<std::uint8_t>(0x70 | ((time >> 8) & 0x0f));
    uuid[7] = static_cast<std::uint8_t>(time);
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
