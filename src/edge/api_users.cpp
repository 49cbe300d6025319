#include "edge/api.h"
#include "edge/responses.h"
#include "edge/paging.h"
#include "edge/idempotency.h"
#include "base/log.h"
#include "edge/server_url.h"
#include "edge/user_json.h"

namespace ks::edge {

codec::JsonWriter user_json(const User& user, const App& app) {
    codec::JsonWriter json;
    json.add("id", user.id.text()).add("username", user.username).add("role", name_of(user.role));
    json.add("quota_bytes", app.uploads.quota_of(user)).add("used_bytes", user.used_bytes);
    return json;
}

}  // namespace ks::edge

namespace ks::edge::api {

namespace {

// User as seen by an administrator.
std::string user_row(const User& user, const App& app) {
    codec::JsonWriter json = user_json(user, app);
    return json.add("disabled", user.disabled).add("created_at", user.created_at).add("last_seen", user.last_seen).text();
}

}  // namespace

HandlerResult me(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto user, co_await call.app.users.find(actor.user_id));
    co_return json_answer(200, user_json(user, call.app).text());
}

HandlerResult list_users(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto page, parse_page(call.target));
    KS_CO_TRY(auto users, co_await call.app.users.list(actor, page));
    auto json_of = [&call](const User& user) { return user_row(user, call.app); };
    auto position_of = [](const User& user) { return PagePosition(user.username, user.id); };
    co_return list_answer(users, page, json_of, position_of);
}

HandlerResult change_user(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<UserTag>());
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto role, body.optional_string("role"));
    KS_CO_TRY(auto quota, body.optional_integer("quota_bytes", 0, std::numeric_limits<std::int64_t>::max()));
    KS_CO_TRY(auto disabled, body.optional_bool("disabled"));
    bool all_are_set = (!body.has("role") || role) && (!body.has("quota_bytes") || quota) && (!body.has("disabled") || disabled);
    if (!all_are_set)
        co_return bad_field(!role && body.has("role")           ? "role"
                            : !quota && body.has("quota_bytes") ? "quota_bytes"
                                                                : "disabled",
                            "null is not allowed; omit the field to leave it unchanged");
    if (!role && !quota && !disabled)
        co_return fail(ErrorCode::InvalidRequest, "At least one of \"role\", \"quota_bytes\" and \"disabled\" is required");
    engine::UserChange change{.disabled = disabled};
    if (quota) change.quota_bytes = static_cast<std::uint64_t>(*quota);
    if (role) {
        change.role = role_named(*role);
        if (!change.role) co_return bad_field("role", "\"role\" must be \"user\" or \"admin\"");
    }
    KS_CO_TRY(auto user, co_await call.app.users.change(actor, id, change));
    if (role) log::warning("user role changed", {{"user", user.username}, {"role", name_of(user.role)}, {"by", actor.username}});
    if (disabled)
        log::warning(*disabled ? "account disabled" : "account enabled",
                     {{"user", user.username}, {"disabled", *disabled}, {"by", actor.username}});
    co_return json_answer(200, user_row(user, call.app));
}

HandlerResult remove_user(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<UserTag>());
    KS_CO_CHECK(co_await call.app.account_deletion.remove_user(actor, id));
    log::warning("account deleted", {{"user_id", id.text()}, {"by", actor.username}});
    co_return net::Response{.status = 204};
}

namespace {

net::Response new_invitation_answer(const engine::NewInvitation& made) {
    codec::JsonWriter answer;
    answer.add("code", made.code).add("id", made.invitation.id.text()).add("expires_at", made.invitation.expires_at);
    return json_answer(201, answer.text());
}

}  // namespace

HandlerResult invite(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto idempotency, Idempotency::of(call, actor.user_id, call.body_text));
    KS_CO_TRY(auto kept, co_await idempotency.answer());
    if (kept) co_return kept;
    KS_CO_TRY(auto expires_in, body.optional_integer("expires_in", 1, 366LL * 86400));
    auto keep = idempotency.on_created<engine::NewInvitation>(new_invitation_answer);
    auto made = co_await call.app.invitations.create(actor, std::chrono::seconds(expires_in.value_or(7 * 86400)), keep);
    if (!made) co_return co_await idempotency.answer_or(std::move(made.error()));
    log::info("invitation created", {{"invitation", made->invitation.id.text()}, {"by", actor.username}});
    co_return new_invitation_answer(*made);
}

HandlerResult list_invitations(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto page, parse_page(call.target));
    KS_CO_TRY(auto invitations, co_await call.app.invitations.list(actor, page));
    auto json_of = [](const Invitation& invitation) {
        return codec::JsonWriter().add("id", invitation.id.text()).add("expires_at", invitation.expires_at).text();
    };
    auto position_of = [](const Invitation& invitation) { return PagePosition({}, invitation.id); };
    co_return list_answer(invitations, page, json_of, position_of);
}

HandlerResult remove_invitation(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<InvitationTag>());
    KS_CO_CHECK(co_await call.app.invitations.remove(actor, id));
    log::info("invitation deleted", {{"invitation", id.text()}, {"by", actor.username}});
    co_return net::Response{.status = 204};
}

HandlerResult make_password_reset(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<UserTag>());
    KS_CO_TRY(auto idempotency, Idempotency::of(call, actor.user_id));
    KS_CO_TRY(auto kept, co_await idempotency.answer());
    if (kept) co_return kept;
    auto answer_of = [base = server_url(call).text()](const engine::PasswordResetCode& made) {
        // In the fragment, like the code of the set-up link: browsers do not send it, so it appears in no log.
        codec::JsonWriter answer;
        answer.add("code", made.code).add("url", base + "/reset#code=" + made.code).add("expires_at", made.expires_at);
        return json_answer(201, answer.text());
    };
    auto made = co_await call.app.password_resets.create(actor, id, idempotency.on_created<engine::PasswordResetCode>(answer_of));
    if (!made) co_return co_await idempotency.answer_or(std::move(made.error()));
    log::warning("password reset created", {{"user_id", id.text()}, {"by", actor.username}});
    co_return answer_of(*made);
}

HandlerResult presence(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto page, parse_page(call.target, 200));
    KS_CO_TRY(auto rows, co_await call.app.presence.list(actor, page));
    auto json_of = [](const engine::PresenceRow& row) {
        codec::JsonWriter item;
        item.add("user_id", row.user.id.text()).add("username", row.user.username);
        return item.add("online", row.online).add("last_seen", row.user.last_seen).text();
    };
    bool all_are_here = static_cast<int>(rows.size()) < page.limit;
    if (all_are_here) {
        std::vector<std::string> items;
        for (const engine::PresenceRow& row : rows) items.push_back(json_of(row));
        co_return json_answer(200, codec::JsonWriter().raw("items", codec::json_array(items)).text());
    }
    auto position_of = [](const engine::PresenceRow& row) { return PagePosition(row.user.username, row.user.id); };
    co_return list_answer(rows, page, json_of, position_of);
}

}  // namespace ks::edge::api
