#include "edge/api.h"
#include "edge/responses.h"
#include "edge/credentials.h"
#include "edge/idempotency.h"

#include "base/log.h"
#include "edge/server_url.h"
#include "edge/login_guard.h"
#include "edge/user_json.h"

namespace ks::edge::api {

namespace {

std::int64_t seconds(Duration duration) { return std::chrono::duration_cast<std::chrono::seconds>(duration).count(); }

net::Response tokens_answer(int status, const engine::SignedIn& signed_in, const App& app, bool with_user) {
    codec::JsonWriter body;
    if (with_user) body.raw("user", user_json(signed_in.user, app).text());
    body.add("access_token", signed_in.access_token).add("refresh_token", signed_in.token).add("expires_in", seconds(signed_in.expires_in));
    return json_answer(status, body.text());
}

std::string session_cookie(const RequestContext& call, std::string_view value, Duration lifetime) {
    return cookie_header(call, "ks_session", value, lifetime, "Strict");
}

Result<bool> wants_cookie(RequestContext& call) {
    bool as_cookie = call.target.parameter("session") == "cookie";
    if (call.target.has("session") && !as_cookie) return bad_field("session", "\"session\" must be cookie, or left out");
    if (as_cookie && !is_same_origin(call)) return from_another_site();
    return as_cookie;
}

HandlerResult cookie_answer(RequestContext& call, engine::SignedIn signed_in) {
    // End the session of the replaced cookie: nobody could sign out of it any more. Best-effort: a failure does not undo the sign-in.
    if (std::string replaced(call.request().cookie("ks_session")); !replaced.empty()) {
        if (auto ended = co_await call.app.sessions.logout(replaced); !ended && !ended.error().detail.empty()) {
            log::error("ending a replaced session failed", {{"reason", ended.error().detail}});
        }
    }
    codec::JsonWriter answer;
    answer.raw("user", user_json(signed_in.user, call.app).text()).add("expires_in", seconds(signed_in.expires_in));
    co_return json_answer(200, answer.text()).with("Set-Cookie", session_cookie(call, signed_in.token, signed_in.expires_in));
}

}  // namespace

HandlerResult register_user(RequestContext& call) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto username, body.string("username"));
    KS_CO_TRY(auto password, body.string("password"));
    KS_CO_TRY(auto invitation, body.optional_string("invitation"));
    KS_CO_TRY(auto signed_in, co_await call.app.registration.register_user(username, password, invitation));
    log::info("registration", {{"user", signed_in.user.username}, {"by_invitation", invitation.has_value()}, {"address", call.address}});
    co_return tokens_answer(201, signed_in, call.app, true);
}

HandlerResult setup(RequestContext& call) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto code, body.string("code"));
    KS_CO_TRY(auto username, body.string("username"));
    KS_CO_TRY(auto password, body.string("password"));
    KS_CO_TRY(auto signed_in, co_await call.app.registration.setup(code, username, password));
    co_return tokens_answer(201, signed_in, call.app, true);
}

HandlerResult login(RequestContext& call) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto username, body.string("username"));
    KS_CO_TRY(auto password, body.string("password"));
    KS_CO_TRY(bool as_cookie, wants_cookie(call));
    LoginGuard attempt(call, username);
    KS_CO_CHECK(co_await attempt.begin());
    auto kind = as_cookie ? SessionKind::Cookie : SessionKind::Tokens;
    auto signed_in = co_await call.app.sessions.login(username, password, kind);
    attempt.end("sign-in", signed_in.has_value());
    if (!signed_in) co_return tl::unexpected(std::move(signed_in.error()));
    if (!as_cookie) co_return tokens_answer(200, *signed_in, call.app, true);
    co_return co_await cookie_answer(call, std::move(*signed_in));
}

HandlerResult change_password(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto password, body.string("password"));
    KS_CO_TRY(auto new_password, body.string("new_password"));
    LoginGuard attempt(call, actor.username);
    KS_CO_CHECK(co_await attempt.begin());
    auto changed = co_await call.app.passwords.change_password(actor, password, new_password);
    attempt.end("password change", changed.has_value());
    KS_CO_CHECK(changed);
    co_return net::Response{.status = 204};
}

HandlerResult reset_password(RequestContext& call) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto code, body.string("code"));
    KS_CO_TRY(auto password, body.string("password"));
    KS_CO_TRY(bool as_cookie, wants_cookie(call));
    LoginGuard attempt(call, "");
    KS_CO_CHECK(co_await attempt.begin());
    auto signed_in = co_await call.app.passwords.reset_password(code, password, as_cookie ? SessionKind::Cookie : SessionKind::Tokens);
    attempt.end("password reset", signed_in.has_value());
    if (!signed_in) co_return tl::unexpected(std::move(signed_in.error()));
    log::info("password was reset", {{"user", signed_in->user.username}, {"address", call.address}});
    if (!as_cookie) co_return tokens_answer(200, *signed_in, call.app, true);
    co_return co_await cookie_answer(call, std::move(*signed_in));
}

HandlerResult refresh(RequestContext& call) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto token, body.string("refresh_token"));
    auto answer_of = [&app = call.app](const engine::SignedIn& signed_in) { return tokens_answer(200, signed_in, app, false); };
    if (!call.request().has_header(Idempotency::field)) {
        KS_CO_TRY(auto signed_in, co_await call.app.sessions.refresh(token));
        co_return answer_of(signed_in);
    }
    KS_CO_TRY(auto user, co_await call.app.sessions.owner_of(token));
    KS_CO_TRY(auto idempotency, Idempotency::of(call, user, call.body_text));
    KS_CO_TRY(auto kept, co_await idempotency.answer());
    if (kept) co_return kept;
    auto signed_in =
        co_await call.app.sessions.refresh(token, idempotency.on_created<engine::SignedIn>(answer_of), idempotency.is_repeated_in_tx());
    if (!signed_in) co_return co_await idempotency.answer_or(std::move(signed_in.error()));
    co_return answer_of(*signed_in);
}

HandlerResult logout(RequestContext& call) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto token, body.optional_string("refresh_token"));
    std::string cookie(call.request().cookie("ks_session"));
    if (!token && cookie.empty()) co_return bad_field("refresh_token", "\"refresh_token\" must be given, or the cookie session");
    if (!token && !is_same_origin(call)) {
        co_return from_another_site();
    }
    KS_CO_CHECK(co_await call.app.sessions.logout(token.value_or(cookie)));
    net::Response done{.status = 204};
    if (!token) done.with("Set-Cookie", session_cookie(call, "", Duration(0)));
    co_return done;
}

HandlerResult logout_all(RequestContext& call, const Actor& actor) {
    KS_CO_CHECK(co_await call.app.sessions.logout_all(actor));
    co_return net::Response{.status = 204};
}

}  // namespace ks::edge::api
