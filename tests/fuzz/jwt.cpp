// Fuzzes JWT verification. Each input is tested as a token, and again as header and payload with a valid signature, to reach the claims
// parser.
#include "base/crypto.h"
#include "codec/jwt.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ks;
    constexpr std::string_view secret = "a secret that is long enough for it";
    const Time now = from_millis(1'800'000'000'000);
    std::string_view text(reinterpret_cast<const char*>(data), size);
    if (codec::verify_jwt(text, secret, now)) std::abort();  // a valid signature can't be guessed
    auto header = text.substr(0, text.find('\n'));
    auto body = text.substr(std::min(header.size() + 1, text.size()));
    std::string token = base64url(header) + "." + base64url(body);
    token += "." + base64url(hmac_sha256(secret, token));
    auto claims = codec::verify_jwt(token, secret, now);
    if (claims && claims->expires_at <= now) std::abort();
    if (claims && !codec::verify_jwt(token, secret, now, codec::Expired::Allowed)) std::abort();
    token.back() = token.back() == 'A' ? 'B' : 'A';
    if (codec::verify_jwt(token, secret, now)) std::abort();
    return 0;
}
