#pragma once

#include "base/clock.h"
#include "ports/meta_store.h"

#include <optional>
#include <string>
#include <string_view>

namespace ks::engine {

// The identity of a request with an Idempotency-Key.
struct IdempotencyKey {
    UserId user;
    std::string root{};  // derived from the server's secret and the client's key; never stored
};

// Stored responses of creating requests, by caller and Idempotency-Key. A response is stored in the creating transaction, so one exists if
// and only if the resource was created. The stored responses are encrypted and unreadable without the client's key.
class IdempotentResponses {
public:
    static constexpr Duration lifetime = std::chrono::hours(24);

    IdempotentResponses(MetaStore& store, const Clock& clock, const std::string& secret);

    IdempotencyKey key(const UserId& user, std::string_view given) const;

    awaitable<Result<bool>> has(IdempotencyKey key);
    // Returns the stored response, or nullopt if nothing was created with this key. CONFLICT if the key was used with a request other than
    // `request`.
    awaitable<Result<std::optional<std::string>>> find(IdempotencyKey key, std::string request);

    bool has(Tx& tx, const IdempotencyKey& key) const;
    // CONFLICT if a concurrent request has stored a response for this key.
    Result<void> keep(Tx& tx, const IdempotencyKey& key, std::string_view request, std::string_view answer) const;
    awaitable<Result<void>> forget(IdempotencyKey key);

private:
    MetaStore& store_;
    const Clock& clock_;
    const std::string secret_;
};

}  // namespace ks::engine
