#include "base/crypto.h"

#include "base/result.h"

#include <openssl/crypto.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <memory>

namespace ks {

namespace {

std::string digest(const EVP_MD* kind, std::string_view bytes) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    KS_ASSERT(EVP_Digest(bytes.data(), bytes.size(), out, &size, kind, nullptr) == 1);
    return {reinterpret_cast<char*>(out), size};
}

// Fetched once: EVP_sha256() makes OpenSSL search its providers on every use.
const EVP_MD* sha256_kind() {
    static const EVP_MD* const kind = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return kind;
}
const EVP_MD* sha1_kind() {
    static const EVP_MD* const kind = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    return kind;
}

// HMAC-SHA-256 (RFC 2104). Setting a key costs more than hashing a token, so the last key is cached. Not thread-safe.
class HmacSha256 {
public:
    std::string operator()(std::string_view key, std::string_view bytes) {
        bool known = has_key_ && key == key_;
        key_ = key;
        has_key_ = true;
        char digest[] = "SHA256";
        const OSSL_PARAM settings[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
        const auto* given = reinterpret_cast<const unsigned char*>(key.data());
        KS_ASSERT(known ? EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1
                        : EVP_MAC_init(context_.get(), given, key.size(), settings) == 1);
        KS_ASSERT(EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1);
        unsigned char out[EVP_MAX_MD_SIZE];
        std::size_t size = 0;
        KS_ASSERT(EVP_MAC_final(context_.get(), out, &size, sizeof out) == 1);
        return {reinterpret_cast<char*>(out), size};
    }

private:
    static EVP_MAC_CTX* make() {
        static EVP_MAC* const kind = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        return EVP_MAC_CTX_new(kind);
    }
    struct Free {
        void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
    };
    std::unique_ptr<EVP_MAC_CTX, Free> context_{make()};
    std::string key_;
    bool has_key_ = false;
};

// Value of each character of base64url; -1 if it is none.
constexpr std::string_view base64url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr auto base64url_values = [] {
    std::array<signed char, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < base64url_alphabet.size(); ++i)
        values[static_cast<unsigned char>(base64url_alphabet[i])] = static_cast<signed char>(i);
    return values;
}();

std::string encode(std::string_view bytes, std::string_view alphabet, bool pad) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    unsigned bits = 0;
    int held = 0;
    for (unsigned char byte : bytes) {
        bits = bits << 8 | byte;
        held += 8;
        for (; held >= 6; held -= 6) text += alphabet[bits >> (held - 6) & 63];
    }
    if (held) text += alphabet[bits << (6 - held) & 63];
    while (pad && text.size() % 4) text += '=';
    return text;
}

}  // namespace

void random_bytes(std::span<std::byte> out) {
    KS_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size())) == 1);
}

std::string random_token(std::size_t bytes) {
    std::string raw(bytes, '\0');
    random_bytes(std::as_writable_bytes(std::span(raw)));
    return base64url(raw);
}

std::string base64url(std::string_view bytes) { return encode(bytes, base64url_alphabet, false); }

std::string base64(std::string_view bytes) {
    return encode(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0 || text.find_first_of("-_") != std::string_view::npos) return std::nullopt;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    std::string url(text);
    std::replace(url.begin(), url.end(), '+', '-');
    std::replace(url.begin(), url.end(), '/', '_');
    return from_base64url(url);
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned bits = 0;
    int held = 0;
    for (char c : text) {
        auto value = base64url_values[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        bits = bits << 6 | static_cast<unsigned>(value);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>(bits >> held & 255);
        }
    }
    if (held >= 6 || (bits & ((1U << held) - 1)) != 0) return std::nullopt;
    return bytes;
}

std::string hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (unsigned char byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::string sha256(std::string_view bytes) { return digest(sha256_kind(), bytes); }
std::string sha1(std::string_view bytes) { return digest(sha1_kind(), bytes); }

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    thread_local HmacSha256 hmac;
    return hmac(key, bytes);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Hasher::Hasher(HashKind kind) : context_(EVP_MD_CTX_new()) {
    KS_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), kind == HashKind::Sha1 ? sha1_kind() : sha256_kind(), nullptr) == 1);
}
Hasher::~Hasher() = default;
Hasher::Hasher(const Hasher& other) : context_(EVP_MD_CTX_new()) {
    KS_ASSERT(context_ && EVP_MD_CTX_copy_ex(context_.get(), other.context_.get()) == 1);
}
Hasher& Hasher::operator=(const Hasher& other) { return *this = Hasher(other); }
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
void Hasher::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

void Hasher::update(std::string_view bytes) { KS_ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1); }

std::string Hasher::finish() {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    KS_ASSERT(EVP_DigestFinal_ex(context_.get(), out, &size) == 1);
    return {reinterpret_cast<char*>(out), size};
}

}  // namespace ks
