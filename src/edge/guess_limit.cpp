#include "edge/guess_limit.h"

#include "base/crypto.h"

namespace ks::edge {

std::string GuessLimit::row_of(std::string_view limit, const std::string& key) const {
    return hmac_sha256(shared_->hash_key, shared_->kind + "\n" + std::string(limit) + "\n" + key);
}

GuessLimit::Exceeded GuessLimit::take_in_memory(const std::string& narrow_key, const std::string& wide_key, Time now) {
    if (!narrow_.take(narrow_key, now)) return Exceeded::Narrow;
    if (wide_.take(wide_key, now)) return Exceeded::None;
    narrow_.refund(narrow_key);
    return Exceeded::Wide;
}

awaitable<Result<GuessLimit::Exceeded>> GuessLimit::take(std::string narrow_key, std::string wide_key, Time now) {
    if (!shared_) co_return take_in_memory(narrow_key, wide_key, now);
    // Many guesses share a wide row: it is locked last, and for the shortest time.
    auto work = [this, narrow = row_of("narrow", narrow_key), wide = row_of("wide", wide_key), now](Tx& tx) -> Result<Exceeded> {
        if (!tx.rate_limits().take(narrow, narrow_.interval(), narrow_.tolerance(), now)) return Exceeded::Narrow;
        if (tx.rate_limits().take(wide, wide_.interval(), wide_.tolerance(), now)) return Exceeded::None;
        tx.rate_limits().refund(narrow, narrow_.interval());
        return Exceeded::Wide;
    };
    co_return co_await write(shared_->store, std::move(work));
}

void GuessLimit::refund(const std::string& narrow_key, const std::string& wide_key) {
    if (!shared_) {
        narrow_.refund(narrow_key);
        wide_.refund(wide_key);
        return;
    }
    auto work = [this, narrow = row_of("narrow", narrow_key), wide = row_of("wide", wide_key)](Tx& tx) -> Result<void> {
        tx.rate_limits().refund(narrow, narrow_.interval());
        tx.rate_limits().refund(wide, wide_.interval());
        return {};
    };
    shared_->store.write_deferred(std::move(work), [](const Result<void>&) {});
}

Error GuessLimit::refusal(Exceeded exceeded, const std::string& what) const {
    KS_ASSERT(exceeded != Exceeded::None);
    return (exceeded == Exceeded::Narrow ? narrow_ : wide_).refusal(what);
}

}  // namespace ks::edge
