#include "engine/password_hashing.h"

#include "base/password.h"

namespace ks::engine {

awaitable<Result<std::string>> PasswordHashing::hash(std::string password) const {
    auto work = [password = std::move(password)]() -> Result<std::string> { return hash_password(password); };
    return offload(pools_.others, std::move(work));
}

awaitable<Result<bool>> PasswordHashing::matches(std::string password, std::string stored_hash) const {
    auto compare = [password = std::move(password), stored = std::move(stored_hash)]() -> Result<bool> {
        return password.size() <= 1024 && password_matches(password, stored);
    };
    return offload(pools_.sign_ins, std::move(compare));
}

}  // namespace ks::engine
