#include "base/password.h"

#include "base/crypto.h"
#include "base/result.h"

#include <argon2.h>

#include <array>
#include <stdexcept>

namespace ks {

std::string hash_password(std::string_view password) {
    std::array<std::byte, 16> salt;
    random_bytes(salt);
    std::string phc(128, '\0');
    int status =
        argon2id_hash_encoded(2, 19 * 1024, 1, password.data(), password.size(), salt.data(), salt.size(), 32, phc.data(), phc.size());
    if (status != ARGON2_OK) throw std::runtime_error(argon2_error_message(status));
    phc.resize(phc.find('\0'));
    return phc;
}

bool password_matches(std::string_view password, const std::string& phc) {
    int status = argon2id_verify(phc.c_str(), password.data(), password.size());
    if (status == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::runtime_error(argon2_error_message(status));
    return status == ARGON2_OK;
}

const std::string& nobodys_password_hash() {
    static const std::string hash = hash_password(random_token(16));
    return hash;
}

}  // namespace ks
