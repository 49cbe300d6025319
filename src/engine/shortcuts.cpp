#include "engine/shortcuts.h"

#include "base/crypto.h"

namespace ks {

void Changes::note(Announcements announcements) {
    // Plain events (uploads, downloads) are frequent and invalidate nothing.
    for (const auto& announcement : announcements) count_ += !std::holds_alternative<Delivery>(*announcement);
}

const Actor* Shortcuts::known(const std::string& question, AsOf now, Expired expired) const {
    const Actor* actor = actors_.find(question, now);
    bool has_expired = actor && actor->expires_at && *actor->expires_at <= clock_.now();
    return has_expired && expired == Expired::Refused ? nullptr : actor;
}

awaitable<Result<Actor>> Shortcuts::authenticate(std::string bearer, Expired jwt) {
    AsOf now = changes_.now();
    std::string question = sha256(bearer);
    if (const Actor* actor = known(question, now, jwt)) co_return *actor;
    KS_CO_TRY(Actor actor, co_await accounts_.authenticate(std::move(bearer), jwt));
    actors_.keep(question, actor, now);
    co_return actor;
}

awaitable<Result<Actor>> Shortcuts::authenticate_cookie(std::string cookie) {
    AsOf now = changes_.now();
    std::string question = "cookie" + sha256(cookie);
    if (const Actor* actor = known(question, now, Expired::Refused)) co_return *actor;
    KS_CO_TRY(Actor actor, co_await accounts_.authenticate_cookie(std::move(cookie)));
    actors_.keep(question, actor, now);
    co_return actor;
}

awaitable<Result<File>> Shortcuts::find(Actor actor, FileId id) {
    AsOf now = changes_.now();
    if (const File* file = found_.find(id.raw(), now); file && may_own(actor, file->owner_id)) co_return *file;
    KS_CO_TRY(File file, co_await files_.find(std::move(actor), id));
    found_.keep(id.raw(), file, now);
    co_return file;
}

}  // namespace ks
