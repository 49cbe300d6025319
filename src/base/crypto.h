#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace ks {

void random_bytes(std::span<std::byte> out);                       // cryptographically secure; aborts the process on failure
std::string random_token(std::size_t bytes);                       // `bytes` random bytes as base64url
std::string base64url(std::string_view bytes);                     // RFC 4648 §5, no padding
std::optional<std::string> from_base64url(std::string_view text);  // rejects padding and non-canonical forms
std::string base64(std::string_view bytes);                        // RFC 4648 §4
std::optional<std::string> from_base64(std::string_view text);     // requires padding; rejects non-canonical forms
std::string hex(std::string_view bytes);
std::string sha256(std::string_view bytes);                             // 32 raw bytes
std::string sha1(std::string_view bytes);                               // 20 raw bytes; for the handshake of RFC 6455
std::string hmac_sha256(std::string_view key, std::string_view bytes);  // 32 raw bytes
bool equal_in_constant_time(std::string_view a, std::string_view b);

enum class HashKind : std::uint8_t { Sha1, Sha256 };

// Incremental hash.
class Hasher {
public:
    explicit Hasher(HashKind kind);
    ~Hasher();
    Hasher(const Hasher& other);
    Hasher& operator=(const Hasher& other);
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;

    void update(std::string_view bytes);
    std::string finish();  // raw bytes; must be called once

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace ks
