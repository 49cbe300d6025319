#include "edge/api.h"
#include "edge/responses.h"
#include "edge/paging.h"

#include "base/log.h"
#include "base/unicode.h"
#include "edge/idempotency.h"
#include "edge/login_guard.h"

namespace ks::edge::api {

namespace {

codec::JsonWriter token_json(const Session& session) {
    codec::JsonWriter json;
    json.add("token_id", session.id.text())
        .add("name", session.name)
        .add("created_at", session.created_at)
        .add("expires_at", session.expires_at);
    return json;
}

net::Response new_token_answer(const engine::NewAccessToken& made) {
    return json_answer(201, token_json(made.session).add("token", made.token).text());
}

}  // namespace

HandlerResult create_token(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto idempotency, Idempotency::of(call, actor.user_id, call.body_text));
    KS_CO_TRY(auto kept, co_await idempotency.answer());
    if (kept) co_return kept;
    KS_CO_TRY(auto name, body.string("name"));
    KS_CO_TRY(auto expires_in, body.optional_integer("expires_in", 1, 10LL * 366 * 86400));
    if (name.empty() || name.size() > 100 || !is_storable(name))
        co_return bad_field("name", "\"name\" must have 1 to 100 bytes without NUL");
    std::optional<Duration> lifetime;
    if (expires_in) lifetime = std::chrono::seconds(*expires_in);
    KS_CO_TRY(auto password, body.optional_string("password"));
    LoginGuard attempt(call, actor.username);
    if (password) {
        KS_CO_CHECK(co_await attempt.begin());
    }
    auto keep = idempotency.on_created<engine::NewAccessToken>(new_token_answer);
    auto made = co_await call.app.access_tokens.create(actor, name, lifetime, password, keep);
    if (password) attempt.end("password for a personal token", made.has_value());
    if (!made) co_return co_await idempotency.answer_or(std::move(made.error()));
    log::info("personal token created", {{"user", actor.username}, {"token", made->session.id.text()}, {"address", call.address}});
    co_return new_token_answer(*made);
}

HandlerResult list_tokens(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto page, parse_page(call.target));
    KS_CO_TRY(auto sessions, co_await call.app.access_tokens.list(actor, page));
    auto json_of = [](const Session& session) { return token_json(session).text(); };
    auto position_of = [](const Session& session) { return PagePosition({}, session.id); };
    co_return list_answer(sessions, page, json_of, position_of);
}

HandlerResult remove_token(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<SessionTag>("token_id"));
    KS_CO_CHECK(co_await call.app.access_tokens.remove(actor, id));
    log::info("personal token deleted", {{"user", actor.username}, {"token", id.text()}, {"address", call.address}});
    co_return net::Response{.status = 204};
}

}  // namespace ks::edge::api
