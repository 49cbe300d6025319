#include "edge/api.h"
#include "edge/idempotency.h"
#include "edge/client_address.h"
#include "edge/problem.h"
#include "edge/server_url.h"
#include "edge/share_attempt.h"
#include "edge/ws_connection.h"
#include "net/ws_handshake.h"

#include <algorithm>

namespace ks::api {

namespace {

constexpr std::string_view subprotocol = "kingshare.v1";
constexpr std::string_view bearer_prefix = "bearer.";

// Credentials offered by the handshake. Precedence: ?token=, subprotocol "bearer.…", Authorization, cookie.
struct Offered {
    std::optional<std::string> token{};
    bool cookie = false;
    bool speaks_subprotocol = false;
};

Offered offered_by(const Call& call) {
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

awaitable<Arrival> find_out(Call& call, Offered offered) {
    Arrival arrival{};
    if (call.target.has("since")) arrival.since = std::string(call.target.parameter("since"));
    Accounts& accounts = call.app.accounts;
    if (offered.token) arrival.credential = co_await accounts.authenticate(*offered.token);
    if (offered.cookie) arrival.credential = co_await accounts.authenticate_cookie(std::string(call.request().cookie("ks_session")));
    if (call.target.has("share")) {
        Guest guest{};
        bool ours = is_same_origin(call);
        std::string token(call.target.parameter("share"));
        if (ours) guest.cookie = call.visit_id(token);
        if (arrival.credential && *arrival.credential) guest.user = (*arrival.credential)->user_id;
        ShareAttempt attempt(call, token, call.share_password().has_value());
        if (auto begun = attempt.begin(); !begun) {
            arrival.refusal = begun.error();
            co_return arrival;
        }
        arrival.watches = co_await call.app.shares.watch(token, call.share_password(), guest);
        // Without the right password the connection still watches, but only for the end of the share.
        bool wrong = arrival.watches && *arrival.watches && !(*arrival.watches)->second;
        Result<void> outcome = wrong ? Result<void>(fail(ErrorCode::InvalidCredentials)) : Result<void>();
        attempt.end(outcome);
    }
    co_return arrival;
}

// Counts the connection in the census. If a limit is exceeded, the refusal is sent in band.
awaitable<Arrival> count_in(Call& call, Arrival arrival) {
    auto count = [&census = call.app.realtime.census(), address = network_of(call.address), arrival]() mutable {
        if (arrival.refusal) return arrival;
        if (auto admitted = census.admit(address); !admitted) {
            arrival.refusal = admitted.error();
            return arrival;
        } else {
            arrival.address = *admitted;
        }
        if (!arrival.credential || !*arrival.credential) return arrival;
        const Actor& actor = **arrival.credential;
        if (auto joined = census.join(actor.user_id, actor.username); !joined) {
            arrival.refusal = joined.error();
        } else {
            arrival.joined = true;
        }
        return arrival;
    };
    return ask(call.app.realtime.shards().core(0), std::move(count));
}

void count_out(Call& call, const Arrival& arrival) {
    auto user = arrival.joined ? std::optional((*arrival.credential)->user_id) : std::nullopt;
    auto leave = [&census = call.app.realtime.census(), address = arrival.address, user] {
        if (address) census.leave(*address);
        if (user) census.part(*user);
    };
    asio::post(call.app.realtime.shards().core(0), std::move(leave));
}

}  // namespace

Reply websocket(Call& call) {
    const net::Request& request = call.request();
    KS_CO_TRY(auto handshake,
              net::answer_handshake({request.method, request.header("Upgrade"), request.header("Connection"),
                                     request.header("Sec-WebSocket-Key"), request.header("Sec-WebSocket-Version"),
                                     request.header("Sec-WebSocket-Extensions"), request.header("Sec-WebSocket-Protocol")}));
    // A body would be parsed as WebSocket frames.
    bool has_body = request.content_length.value_or(0) > 0 || !request.header("Transfer-Encoding").empty();
    if (has_body) co_return fail(ErrorCode::InvalidRequest, "A handshake has no body");
    if (call.app.stopping) co_return fail(ErrorCode::Unavailable, "The server stops");
    Offered offered = offered_by(call);
    if (offered.cookie && (request.header("Origin").empty() || !is_same_origin(call))) {
        co_return fail(ErrorCode::Forbidden, "A WebSocket with a cookie is for pages of this site alone");
    }
    unsigned core = call.exchange.core();
    auto endings = call.app.realtime.hub(core).endings();
    Arrival arrival = co_await find_out(call, offered);
    arrival = co_await count_in(call, std::move(arrival));
    net::HeaderList headers{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", handshake.accept}};
    if (!handshake.extensions.empty()) headers.emplace_back("Sec-WebSocket-Extensions", handshake.extensions);
    if (offered.speaks_subprotocol) headers.emplace_back("Sec-WebSocket-Protocol", std::string(subprotocol));
    auto upgraded = call.exchange.upgrade(std::move(headers));
    if (!upgraded) {
        count_out(call, arrival);
        co_return std::nullopt;
    }
    ++call.app.counters.websockets;
    auto connection = std::make_unique<WsConnection>(call.app.realtime, core);
    WsConnection& handler = *connection;
    auto& socket = call.app.realtime.engine(core).adopt(std::move(*upgraded), handshake.deflate, std::move(connection));
    handler.start(socket, std::move(arrival), endings);
    if (call.app.stopping) handler.shut_down(std::chrono::seconds(1));
    co_return std::nullopt;
}

Reply notify(Call& call) {
    KS_CO_TRY(auto actor, co_await call.actor());
    KS_CO_CHECK(may_administer(actor));
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
    auto posted = co_await call.app.notices.post(actor, message, static_cast<Level>(level - std::begin(level_names)), keep);
    if (!posted) co_return co_await idempotency.answer_or(std::move(posted.error()));
    co_return net::Response{.status = 202};
}

Reply ws_stats(Call& call) {
    KS_CO_TRY(auto actor, co_await call.actor());
    KS_CO_CHECK(may_administer(actor));
    auto count = [&census = call.app.realtime.census()] {
        JsonWriter by_user;
        for (const auto& [user, connections] : census.by_user()) by_user.add(user.text(), connections);
        JsonWriter body;
        body.add("total_connections", census.total()).add("unique_users", census.by_user().size());
        return body.raw("connections_by_user", by_user.text()).text();
    };
    co_return json_answer(200, co_await ask(call.app.realtime.shards().core(0), std::move(count)));
}

Reply ws_cleanup(Call& call) {
    KS_CO_TRY(auto actor, co_await call.actor());
    KS_CO_CHECK(may_administer(actor));
    std::size_t removed = co_await call.app.realtime.remove_silent();
    co_return json_answer(200, JsonWriter().add("removed_connections", removed).text());
}

}  // namespace ks::api
