#include "edge/api.h"

#include "base/log.h"
#include "edge/sign_in_attempt.h"

namespace ks::api {

namespace {

JsonWriter token_json(const Session& session) {
    JsonWriter json;
    json.add("token_id", session.id.text())
        .add("name", session.name)
        .add("created_at", session.created_at)
        .add("expires_at", session.expires_at);
    return json;
}

}  // namespace

Reply create_token(Call& call) {
    KS_CO_TRY(auto actor, co_await call.actor());
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto name, body.string("name"));
    KS_CO_TRY(auto expires_in, body.optional_integer("expires_in", 1, 10LL * 366 * 86400));
    if (name.empty() || name.size() > 100) co_return bad_field("name", "\"name\" must have 1 to 100 bytes");
    std::optional<Duration> lifetime;
    if (expires_in) lifetime = std::chrono::seconds(*expires_in);
    KS_CO_TRY(auto password, body.optional_string("password"));
    SignInAttempt attempt(call, actor.username);
    if (password) {
        KS_CO_CHECK(attempt.begin());
    }
    auto outcome = co_await call.app.accounts.make_personal_token(actor, name, lifetime, password);
    if (password) attempt.end("password for a personal token", outcome.has_value());
    KS_CO_TRY(auto made, std::move(outcome));
    log::info("a personal token was made", {{"user", actor.username}, {"token", made.first.id.text()}, {"address", call.address}});
    co_return json_answer(201, token_json(made.first).add("token", made.second).text());
}

Reply list_tokens(Call& call) {
    KS_CO_TRY(auto actor, co_await call.actor());
    KS_CO_TRY(auto page, call.page());
    KS_CO_TRY(auto sessions, co_await call.app.accounts.personal_tokens(actor, page));
    auto json_of = [](const Session& session) { return token_json(session).text(); };
    auto place_of = [](const Session& session) { return std::pair(std::string(), std::string(session.id.raw())); };
    co_return list_answer(sessions, page, json_of, place_of);
}

Reply remove_token(Call& call) {
    KS_CO_TRY(auto actor, co_await call.actor());
    KS_CO_TRY(auto id, call.id<SessionTag>());
    KS_CO_CHECK(co_await call.app.accounts.remove_personal_token(actor, id));
    log::info("a personal token was removed", {{"user", actor.username}, {"token", id.text()}, {"address", call.address}});
    co_return net::Response{.status = 204};
}

}  // namespace ks::api
