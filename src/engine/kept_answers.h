#pragma once

#include "base/clock.h"
#include "ports/meta_store.h"

#include <optional>
#include <string>
#include <string_view>

namespace ks {

// The identity of a request with an Idempotency-Key.
struct IdempotencyKey {
    UserId user;
    std::string root{};  // derived from the server's secret and the client's key; never stored
};

// Answers to requests that created something, by caller and Idempotency-Key. An answer is kept in the transaction that creates, so there is
// one if and only if something was created. Without the client's key, what the database holds can't be read.
class KeptAnswers {
public:
    static constexpr Duration lifetime = std::chrono::hours(24);

    KeptAnswers(MetaStore& store, const Clock& clock, const std::string& secret);

    IdempotencyKey key(const UserId& user, std::string_view given) const;

    awaitable<Result<bool>> has(IdempotencyKey key);
    // nullopt when nothing was created with this key. CONFLICT when the key belongs to a request other than `request`.
    awaitable<Result<std::optional<std::string>>> find(IdempotencyKey key, std::string request);

    bool has(Tx& tx, const IdempotencyKey& key) const;
    // CONFLICT when there is an answer to this key already: another request with it was faster.
    Result<void> keep(Tx& tx, const IdempotencyKey& key, std::string_view request, std::string_view answer) const;
    awaitable<Result<void>> forget(IdempotencyKey key);

private:
    MetaStore& store_;
    const Clock& clock_;
    const std::string secret_;
};

}  // namespace ks
