#include "engine/idempotent_responses.h"

#include "base/crypto.h"
#include "base/encryption.h"

namespace ks::engine {

namespace {

std::string hash_of(const IdempotencyKey& key) { return hmac_sha256(key.root, "key"); }
std::string hash_of(const IdempotencyKey& key, std::string_view request) {
    return hmac_sha256(key.root, std::string("request\n").append(request));
}
std::string encryption_key(const IdempotencyKey& key) { return hmac_sha256(key.root, "answer"); }

}  // namespace

IdempotentResponses::IdempotentResponses(MetaStore& store, const Clock& clock, const std::string& secret)
    : store_(store), clock_(clock), secret_(hmac_sha256(secret, "idempotency")) {}

IdempotencyKey IdempotentResponses::key(const UserId& user, std::string_view given) const {
    return {user, hmac_sha256(secret_, std::string(user.raw()).append(given))};
}

awaitable<Result<bool>> IdempotentResponses::has(IdempotencyKey key) {
    auto look = [this, key](Tx& tx) -> Result<bool> { return has(tx, key); };
    return read(store_, std::move(look));
}

bool IdempotentResponses::has(Tx& tx, const IdempotencyKey& key) const {
    return tx.idempotency().find(hash_of(key), clock_.now() - lifetime).has_value();
}

awaitable<Result<std::optional<std::string>>> IdempotentResponses::find(IdempotencyKey key, std::string request) {
    auto look = [this, key, request](Tx& tx) -> Result<std::optional<std::string>> {
        auto kept = tx.idempotency().find(hash_of(key), clock_.now() - lifetime);
        if (!kept) return std::nullopt;
        if (!equal_in_constant_time(kept->request_hash, hash_of(key, request))) {
            return fail(ErrorCode::Conflict,
                        "This Idempotency-Key was already used for another request; use a new key for each request, and reuse it only "
                        "for retries");
        }
        auto answer = decrypt(encryption_key(key), kept->answer);
        if (!answer) return internal_error("a stored response can't be decrypted");
        return answer;
    };
    return read(store_, std::move(look));
}

Result<void> IdempotentResponses::keep(Tx& tx, const IdempotencyKey& key, std::string_view request, std::string_view answer) const {
    Time now = clock_.now();
    IdempotentResponse row{hash_of(key), key.user, hash_of(key, request), encrypt(encryption_key(key), answer), now};
    tx.idempotency().remove_before(row.key_hash, now - lifetime);
    if (!tx.idempotency().insert(row))
        return fail(ErrorCode::Conflict, "Another request with this Idempotency-Key has completed in the meantime");
    return {};
}

awaitable<Result<void>> IdempotentResponses::forget(IdempotencyKey key) {
    auto remove = [key](Tx& tx) -> Result<void> {
        tx.idempotency().remove(hash_of(key));
        return {};
    };
    return write_reclaiming_space(store_, std::move(remove));
}

}  // namespace ks::engine
