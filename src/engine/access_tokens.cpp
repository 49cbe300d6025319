#include "engine/access_tokens.h"

#include "engine/credentials.h"

namespace ks::engine {

AccessTokens::AccessTokens(MetaStore& store, Passwords& passwords, const Clock& clock, std::string jwt_secret)
    : store_(store), passwords_(passwords), clock_(clock), jwt_secret_(std::move(jwt_secret)) {}

awaitable<Result<NewAccessToken>> AccessTokens::create(Actor actor, std::string name, std::optional<Duration> valid_for,
                                                       std::optional<std::string> password, OnCreated<NewAccessToken> hook) {
    KS_CO_CHECK(co_await passwords_.confirm(actor, std::move(password)));
    Time now = clock_.now();
    Session session{
        .id = SessionId::make(), .user_id = actor.user_id, .kind = SessionKind::Personal, .name = std::move(name), .created_at = now};
    if (valid_for) session.expires_at = now + *valid_for;
    auto keep = [this, session, hook](Tx& tx) -> Result<NewAccessToken> {
        tx.sessions().insert(session);
        return created(tx, NewAccessToken{session, seal({SessionKind::Personal, session.id, 0}, jwt_secret_)}, hook);
    };
    co_return co_await write(store_, std::move(keep));
}

awaitable<Result<std::vector<Session>>> AccessTokens::list(Actor actor, Page page) {
    auto look = [actor, page](Tx& tx) -> Result<std::vector<Session>> { return tx.sessions().list_personal(actor.user_id, page); };
    co_return co_await read(store_, std::move(look));
}

awaitable<Result<void>> AccessTokens::remove(Actor actor, SessionId id) {
    auto end = [actor, id](Tx& tx) -> Result<void> {
        auto session = tx.sessions().find(id);
        if (!session || session->kind != SessionKind::Personal) return fail(ErrorCode::NotFound);
        KS_CHECK(may_own(actor, session->user_id));
        end_session(tx, *session);
        return {};
    };
    co_return co_await write(store_, std::move(end));
}

}  // namespace ks::engine
