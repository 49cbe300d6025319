#include "engine/request_cache.h"

#include "base/crypto.h"

namespace ks::engine {

void CacheGeneration::note(BusMessages messages) {
    for (const auto& message : messages) {
        count_ += std::holds_alternative<Revocation>(*message) || std::holds_alternative<RowChange>(*message);
    }
}

const Actor* RequestCache::known(const std::string& key, AsOf now, codec::Expired expired) const {
    const Actor* actor = actors_.find(key, now);
    bool has_expired = actor && actor->expires_at && *actor->expires_at <= clock_.now();
    return has_expired && expired == codec::Expired::Refused ? nullptr : actor;
}

awaitable<Result<Actor>> RequestCache::authenticate(std::string bearer, codec::Expired jwt) {
    AsOf now = changes_.now();
    std::string key = sha256(bearer);
    if (const Actor* actor = known(key, now, jwt)) co_return *actor;
    KS_CO_TRY(Actor actor, co_await sessions_.authenticate(std::move(bearer), jwt));
    if (is_alone_) actors_.keep(key, actor, now);
    co_return actor;
}

awaitable<Result<Actor>> RequestCache::authenticate_cookie(std::string cookie) {
    AsOf now = changes_.now();
    std::string key = "cookie" + sha256(cookie);
    if (const Actor* actor = known(key, now, codec::Expired::Refused)) co_return *actor;
    KS_CO_TRY(Actor actor, co_await sessions_.authenticate_cookie(std::move(cookie)));
    if (is_alone_) actors_.keep(key, actor, now);
    co_return actor;
}

awaitable<Result<File>> RequestCache::find(Actor actor, FileId id) {
    AsOf now = changes_.now();
    if (const File* file = found_.find(id.raw(), now); file && may_own(actor, file->owner_id)) co_return *file;
    KS_CO_TRY(File file, co_await files_.find(std::move(actor), id));
    if (is_alone_) found_.keep(id.raw(), file, now);
    co_return file;
}

}  // namespace ks::engine
