#include "edge/api.h"
#include "edge/responses.h"
#include "edge/idempotency.h"
#include "edge/client_address.h"
#include "edge/credentials.h"
#include "edge/problem.h"
#include "edge/server_url.h"
#include "edge/share_password_guard.h"
#include "edge/ws_connection.h"
#include "net/ws_handshake.h"

#include <algorithm>

namespace ks::edge::api {

namespace {

constexpr std::string_view subprotocol = "kingshare.v1";
constexpr std::string_view bearer_prefix = "bearer.";

// Credentials offered by the handshake. Precedence: ?token=, subprotocol "bearer.…", Authorization, cookie.
struct Offered {
    std::optional<std::string> token{};
    bool cookie = false;
    bool speaks_subprotocol = false;
};

Offered offered_by(const RequestContext& call) {
    Offered offered;
    for (std::string_view protocol : net::offered_protocols(call.header("Sec-WebSocket-Protocol"))) {
        if (protocol == subprotocol) offered.speaks_subprotocol = true;
        if (protocol.starts_with(bearer_prefix)) offered.token = std::string(protocol.substr(bearer_prefix.size()));
    }
    if (auto token = bearer_of(call.request()); token && !offered.token) offered.token = std::string(*token);
    if (call.target.has("token")) offered.token = std::string(call.target.parameter("token"));
    offered.cookie = !offered.token && !call.request().cookie("ks_session").empty();
    return offered;
}

awaitable<HandshakeResult> resolve_credentials(RequestContext& call, Offered offered) {
    HandshakeResult arrival{};
    if (call.target.has("since")) arrival.since = std::string(call.target.parameter("since"));
    engine::Sessions& sessions = call.app.sessions;
    if (offered.token) arrival.credential = co_await sessions.authenticate(*offered.token);
    if (offered.cookie) arrival.credential = co_await sessions.authenticate_cookie(std::string(call.request().cookie("ks_session")));
    if (call.target.has("share")) {
        engine::Guest guest{};
        bool ours = is_same_origin(call);
        std::string token(call.target.parameter("share"));
        if (ours) guest.cookie = call.visit_id(token);
        if (arrival.credential && *arrival.credential) guest.user = (*arrival.credential)->user_id;
        SharePasswordGuard attempt(call, token, call.share_password().has_value());
        auto begun = co_await attempt.begin();
        if (!begun) {
            arrival.refusal = begun.error();
            co_return arrival;
        }
        arrival.watches = co_await call.app.shares.resolve_for_watch(token, call.share_password(), guest);
        // Without the right password the connection still watches, but only for the end of the share.
        bool wrong = arrival.watches && *arrival.watches && !(*arrival.watches)->unlocked;
        Result<void> outcome = wrong ? Result<void>(fail(ErrorCode::InvalidCredentials)) : Result<void>();
        attempt.end(outcome);
    }
    co_return arrival;
}

// Counts the connection. If a limit is exceeded, the refusal is sent in band.
awaitable<void> register_connection(RequestContext& call, HandshakeResult& arrival) {
    if (arrival.refusal) co_return;
    auto user = arrival.credential && *arrival.credential ? std::optional(**arrival.credential) : std::nullopt;
    Admission admission = co_await call.app.realtime.authenticator().admit(network_of(call.address), user);
    if (user && arrival.since) {
        const StreamReader& streams = call.app.realtime.services(call.exchange.loop()).streams;
        arrival.since = streams.begin_at(std::move(*arrival.since), user->user_id, admission.events_after);
    }
    arrival.slot = std::move(admission.slot);
    arrival.refusal = std::move(admission.refusal);
}

}  // namespace

HandlerResult websocket(RequestContext& call) {
    const net::Request& request = call.request();
    KS_CO_TRY(auto handshake,
              net::answer_handshake({request.method, request.header("Upgrade"), request.header("Connection"),
                                     request.header("Sec-WebSocket-Key"), request.header("Sec-WebSocket-Version"),
                                     request.header("Sec-WebSocket-Extensions"), request.header("Sec-WebSocket-Protocol")}));
    // A body would be parsed as WebSocket frames.
    bool has_body = request.content_length.value_or(0) > 0 || !request.header("Transfer-Encoding").empty();
    if (has_body) co_return fail(ErrorCode::InvalidRequest, "The WebSocket handshake must not have a body");
    if (call.app.stopping) co_return fail(ErrorCode::Unavailable, "The server is shutting down");
    Offered offered = offered_by(call);
    if (offered.cookie && (request.header("Origin").empty() || !is_same_origin(call))) {
        co_return fail(ErrorCode::Forbidden, "Cross-site WebSocket with a cookie refused; authenticate with a token instead");
    }
    unsigned loop = call.exchange.loop();
    HandshakeResult arrival = co_await resolve_credentials(call, offered);
    co_await register_connection(call, arrival);
    if (arrival.refusal && arrival.refusal->code == ErrorCode::Unavailable) co_return tl::unexpected(std::move(*arrival.refusal));
    net::HeaderList headers{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", handshake.accept}};
    if (!handshake.extensions.empty()) headers.emplace_back("Sec-WebSocket-Extensions", handshake.extensions);
    if (offered.speaks_subprotocol) headers.emplace_back("Sec-WebSocket-Protocol", std::string(subprotocol));
    auto upgraded = call.exchange.upgrade(std::move(headers));
    if (!upgraded) co_return std::nullopt;
    ++call.app.counters.websockets;
    auto connection = std::make_unique<WsConnection>(call.app.realtime.services(loop));
    WsConnection& handler = *connection;
    auto& socket = call.app.realtime.ws_engine(loop).adopt(std::move(*upgraded), handshake.deflate, std::move(connection));
    handler.start(socket, std::move(arrival), call.revocation_generation);
    if (call.app.stopping) handler.shut_down(std::chrono::seconds(1));
    co_return std::nullopt;
}

HandlerResult notify(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto body, co_await call.body());
    KS_CO_TRY(auto idempotency, Idempotency::of(call, actor.user_id, call.body_text));
    KS_CO_TRY(auto kept, co_await idempotency.answer());
    if (kept) co_return kept;
    KS_CO_TRY(auto message, body.string("message"));
    KS_CO_TRY(auto name, body.string("level"));
    auto level = std::find(std::begin(level_names), std::end(level_names), name);
    if (level == std::end(level_names)) co_return bad_field("level", "\"level\" must be Info, Warning, Error or Success");
    auto answer_of = [](const wire::SystemNotification&) { return net::Response{.status = 202}; };
    auto keep = idempotency.on_created<wire::SystemNotification>(answer_of);
    auto posted = co_await call.app.notifications.post(actor, message, static_cast<Level>(level - std::begin(level_names)), keep);
    if (!posted) co_return co_await idempotency.answer_or(std::move(posted.error()));
    co_return net::Response{.status = 202};
}

HandlerResult ws_stats(RequestContext& call, const Actor&) {
    KS_CO_TRY(auto totals, co_await call.app.presence.totals());
    codec::JsonWriter by_user;
    for (const auto& [user, connections] : totals.by_user) by_user.add(user.text(), connections);
    codec::JsonWriter body;
    body.add("total_connections", totals.connections).add("unique_users", totals.by_user.size());
    co_return json_answer(200, body.raw("connections_by_user", by_user.text()).text());
}

HandlerResult ws_cleanup(RequestContext& call, const Actor&) {
    std::size_t removed = co_await call.app.realtime.remove_silent();
    co_return json_answer(200, codec::JsonWriter().add("removed_connections", removed).text());
}

}  // namespace ks::edge::api
