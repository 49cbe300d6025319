#include "base/encryption.h"

#include "base/crypto.h"
#include "base/result.h"

#include <openssl/evp.h>

#include <memory>

namespace ks {

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text, std::size_t at) { return reinterpret_cast<unsigned char*>(text.data() + at); }

}  // namespace

std::string encrypt(std::string_view key, std::string_view text) {
    KS_ASSERT(key.size() == key_bytes);
    std::string sealed(nonce_bytes + text.size() + tag_bytes, '\0');
    random_bytes(std::as_writable_bytes(std::span(sealed).first(nonce_bytes)));
    Context context(EVP_CIPHER_CTX_new());
    int size = 0;
    KS_ASSERT(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key), bytes_of(sealed, 0)) == 1);
    KS_ASSERT(EVP_EncryptUpdate(context.get(), bytes_of(sealed, nonce_bytes), &size, bytes_of(text), static_cast<int>(text.size())) == 1);
    KS_ASSERT(EVP_EncryptFinal_ex(context.get(), bytes_of(sealed, nonce_bytes + text.size()), &size) == 1);
    KS_ASSERT(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, bytes_of(sealed, nonce_bytes + text.size())) == 1);
    return sealed;
}

std::optional<std::string> decrypt(std::string_view key, std::string_view sealed) {
    KS_ASSERT(key.size() == key_bytes);
    if (sealed.size() < nonce_bytes + tag_bytes) return std::nullopt;
    std::string text(sealed.size() - nonce_bytes - tag_bytes, '\0');
    std::string tag(sealed.substr(sealed.size() - tag_bytes));
    Context context(EVP_CIPHER_CTX_new());
    int size = 0;
    bool good = EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key), bytes_of(sealed)) == 1 &&
                EVP_DecryptUpdate(context.get(), bytes_of(text, 0), &size, bytes_of(sealed.substr(nonce_bytes)),
                                  static_cast<int>(text.size())) == 1 &&
                EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, bytes_of(tag, 0)) == 1 &&
                EVP_DecryptFinal_ex(context.get(), bytes_of(tag, 0), &size) == 1;
    return good ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace ks
