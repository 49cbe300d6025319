#include "engine/credentials.h"

#include "base/crypto.h"

namespace ks::engine {

namespace {

constexpr std::string_view prefixes[] = {"ksr_", "ksc_", "ksp_"};  // by SessionKind; recognizable to secret scanners

std::string mac(std::string_view payload, SessionKind kind, std::string_view secret) {
    std::string purpose = "kingshare session " + std::string(prefixes[static_cast<std::size_t>(kind)]);
    return hmac_sha256(hmac_sha256(secret, purpose), payload);
}

}  // namespace

std::string seal(const Credential& credential, std::string_view secret) {
    std::string payload(credential.session.raw());
    for (int shift = 24; shift >= 0; shift -= 8) payload += static_cast<char>(credential.generation >> shift);
    return std::string(prefixes[static_cast<std::size_t>(credential.kind)]) + base64url(payload + mac(payload, credential.kind, secret));
}

Result<Credential> unseal(std::string_view text, std::string_view secret) {
    for (auto kind : {SessionKind::Tokens, SessionKind::Cookie, SessionKind::Personal}) {
        std::string_view prefix = prefixes[static_cast<std::size_t>(kind)];
        if (text.substr(0, prefix.size()) != prefix) continue;
        auto bytes = from_base64url(text.substr(prefix.size()));
        if (!bytes || bytes->size() != 16 + 4 + 32) break;
        std::string_view payload(bytes->data(), 20);
        if (!equal_in_constant_time(std::string_view(*bytes).substr(20), mac(payload, kind, secret))) break;
        Credential credential{kind, SessionId::from(payload.substr(0, 16))};
        for (unsigned char byte : payload.substr(16)) credential.generation = credential.generation << 8 | byte;
        return credential;
    }
    return fail(ErrorCode::InvalidToken);
}

}  // namespace ks::engine
