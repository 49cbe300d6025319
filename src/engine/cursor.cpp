#include "engine/cursor.h"

#include "base/crypto.h"
#include "base/result.h"

namespace ks::engine {

namespace {

constexpr std::size_t tag_size = 8, position_size = 8, fingerprint_size = 4;

void put(std::string& out, std::uint64_t value, std::size_t size) {
    while (size-- > 0) out.push_back(static_cast<char>(value >> 8 * size));
}

std::uint64_t take(std::string_view& in, std::size_t size) {
    std::uint64_t value = 0;
    for (; size > 0; --size, in.remove_prefix(1)) value = value << 8 | static_cast<unsigned char>(in.front());
    return value;
}

}  // namespace

Stream::Stream(std::string_view epoch, const UserId& user) : user_(user), tag_(hmac_sha256(epoch, user.raw()).substr(0, tag_size)) {}

std::string Stream::cursor(StreamPosition position) const {
    std::string bytes = tag_;
    put(bytes, static_cast<std::uint64_t>(position.index), position_size);
    put(bytes, position.fingerprint, fingerprint_size);
    return base64url(bytes);
}

Since Stream::since(std::string_view text) const {
    if (text == "now") return {Since::Kind::Now};
    if (text == "start") return {Since::Kind::Start};
    auto bytes = from_base64url(text);
    if (!bytes || bytes->size() != tag_size + position_size + fingerprint_size || !bytes->starts_with(tag_)) return {Since::Kind::Foreign};
    std::string_view rest = std::string_view(*bytes).substr(tag_size);
    auto position = static_cast<std::int64_t>(take(rest, position_size));
    auto fingerprint = static_cast<std::uint32_t>(take(rest, fingerprint_size));
    if (position < 0) return {Since::Kind::Foreign};
    return {Since::Kind::Position, {position, fingerprint}};
}

std::string with_cursor(std::string_view message, std::string_view cursor, Time at) {
    KS_ASSERT(message.ends_with('}'));
    std::string text(message.substr(0, message.size() - 1));
    text.append(R"(,"id":")").append(cursor).append(R"(","time":")").append(rfc3339(at)).append("\"}");
    return text;
}

}  // namespace ks::engine
