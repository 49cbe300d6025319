#include "edge/api.h"
#include "edge/responses.h"
#include "edge/paging.h"
#include "edge/idempotency.h"
#include "edge/server_url.h"

#include <limits>

namespace ks::edge::api {

namespace {

constexpr std::int64_t longest_expiry = 100LL * 366 * 86400;  // seconds
constexpr std::int64_t most_downloads = 1'000'000'000;

codec::JsonWriter share_fields(const engine::ShareView& view, const RequestContext& call) {
    const Share& share = view.share;
    codec::JsonWriter json;
    json.add("share_id", share.id.text()).add("file_id", share.file_id.text()).add("filename", view.file.filename);
    json.add("share_token", share.token).add("url", server_url(call).text() + "/s/" + share.token);
    json.add("state", name_of(share.state(call.app.clock.now()))).add("expires_at", share.expires_at);
    json.add("max_downloads", share.max_downloads).add("download_count", share.download_count + share.downloads_under_way);
    json.add("has_password", !share.password_hash.empty());
    return json;
}

std::string share_json(const engine::ShareView& view, const RequestContext& call) {
    codec::JsonWriter json = share_fields(view, call);
    json.add("visit_count", view.share.visit_count).add("recipients", view.recipients).add("created_at", view.share.created_at);
    return json.text();
}

std::string received_json(const engine::ShareView& view, const RequestContext& call) {
    codec::JsonWriter json = share_fields(view, call);
    json.add("size", view.file.size).add("content_type", view.file.content_type).add("owner", view.owner);
    return json.add("created_at", view.share.created_at).text();
}

net::Response share_list(const std::vector<engine::ShareView>& views, const Page& page, const RequestContext& call,
                         std::string (*json)(const engine::ShareView&, const RequestContext&)) {
    auto json_of = [&](const engine::ShareView& view) { return json(view, call); };
    auto position_of = [](const engine::ShareView& view) {
        return PagePosition(std::to_string(to_millis(view.share.created_at)), view.share.id);
    };
    return list_answer(views, page, json_of, position_of);
}

// Parses expires_at or expires_in (seconds from now). Errors: INVALID_REQUEST if both are given.
Result<std::optional<Time>> expiry(const codec::JsonObject& body, Time now) {
    KS_TRY(auto at, body.optional_time("expires_at"));
    KS_TRY(auto in, body.optional_integer("expires_in", 1, longest_expiry));
    if (at && in) return bad_field("expires_in", "\"expires_at\" and \"expires_in\" can't be used together");
    if (in) return now + std::chrono::seconds(*in);
    return at;
}

Result<std::optional<std::uint64_t>> limit(const codec::JsonObject& body) {
    KS_TRY(auto given, body.optional_integer("max_downloads", 1, most_downloads));
    return given ? std::optional(static_cast<std::uint64_t>(*given)) : std::nullopt;
}

}  // namespace

HandlerResult create_share(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto idempotency, Idempotency::of(call, actor.user_id, call.body_text));
    KS_CO_TRY(auto kept, co_await idempotency.answer());
    if (kept) co_return kept;
    KS_CO_TRY(auto file_id, body.string("file_id"));
    auto file = FileId::parse(file_id);
    if (!file) co_return bad_field("file_id", "\"file_id\" must be a file id");
    engine::NewShare request{.file_id = *file};
    KS_CO_TRY(request.expires_at, expiry(body, call.app.clock.now()));
    KS_CO_TRY(request.max_downloads, limit(body));
    KS_CO_TRY(request.password, body.optional_string("password"));
    KS_CO_TRY(auto recipients, body.optional_strings("recipients"));
    request.recipients = recipients.value_or(std::vector<std::string>{});
    if (request.recipients.size() > 100) co_return bad_field("recipients", "Too many recipients: the limit is 100");
    auto answer_of = [&call](const engine::ShareView& view) { return json_answer(201, share_json(view, call)); };
    auto view = co_await call.app.shares.create(actor, std::move(request), idempotency.on_created<engine::ShareView>(answer_of));
    if (!view) co_return co_await idempotency.answer_or(std::move(view.error()));
    co_return answer_of(*view);
}

HandlerResult list_shares(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto page, parse_page(call.target));
    std::optional<FileId> file;
    if (call.target.has("file_id")) {
        file = FileId::parse(call.target.parameter("file_id"));
        if (!file) co_return bad_field("file_id", "\"file_id\" must be a file id");
    }
    std::optional<std::string> owner;
    if (call.target.has("owner")) owner = std::string(call.target.parameter("owner"));
    KS_CO_TRY(auto views, co_await call.app.shares.list(actor, owner, file, page));
    co_return share_list(views, page, call, share_json);
}

HandlerResult received_shares(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto page, parse_page(call.target));
    KS_CO_TRY(auto views, co_await call.app.shares.received(actor, page));
    co_return share_list(views, page, call, received_json);
}

HandlerResult leave_share(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<ShareTag>("share_id"));
    KS_CO_CHECK(co_await call.app.shares.leave(actor, id));
    co_return net::Response{.status = 204};
}

HandlerResult find_share(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<ShareTag>("share_id"));
    KS_CO_TRY(auto view, co_await call.app.shares.find(actor, id));
    co_return json_answer(200, share_json(view, call));
}

HandlerResult change_share(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<ShareTag>("share_id"));
    KS_CO_TRY(auto body, co_await call.body());
    engine::ShareChange change;
    if (body.has("expires_at") || body.has("expires_in")) {
        KS_CO_TRY(change.expires_at.emplace(), expiry(body, call.app.clock.now()));
    }
    if (body.has("max_downloads")) {
        KS_CO_TRY(change.max_downloads.emplace(), limit(body));
    }
    if (body.has("password")) {
        KS_CO_TRY(change.password.emplace(), body.optional_string("password"));
    }
    if (!change.expires_at && !change.max_downloads && !change.password) {
        co_return fail(ErrorCode::InvalidRequest,
                       "At least one of \"expires_at\", \"max_downloads\" and \"password\" is required; null removes a limit");
    }
    KS_CO_TRY(auto view, co_await call.app.shares.change(actor, id, change));
    co_return json_answer(200, share_json(view, call));
}

HandlerResult remove_share(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto id, call.id<ShareTag>("share_id"));
    KS_CO_CHECK(co_await call.app.shares.remove(actor, id));
    co_return net::Response{.status = 204};
}

}  // namespace ks::edge::api
