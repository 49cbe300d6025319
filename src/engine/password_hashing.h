#pragma once

#include "runtime/offload.h"

#include <string>

namespace ks::engine {

// Thread pools for password hashing. Sign-ins have a separate pool, so that requests open to everybody can't starve them.
struct HashingPools {
    Offload& sign_ins;
    Offload& others;
};

// Hashes and compares passwords off the event loops. Thread: any. Errors: UNAVAILABLE if a pool is busy.
class PasswordHashing {
public:
    explicit PasswordHashing(HashingPools pools) : pools_(pools) {}

    awaitable<Result<std::string>> hash(std::string password) const;
    awaitable<Result<bool>> matches(std::string password, std::string stored_hash) const;

private:
    const HashingPools pools_;
};

}  // namespace ks::engine
