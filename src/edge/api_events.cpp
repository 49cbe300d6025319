#include "edge/api.h"
#include "edge/responses.h"
#include "edge/paging.h"
#include "edge/client_address.h"
#include "edge/event_stream.h"
#include "edge/server_url.h"

#include <limits>

namespace ks::api {

namespace {

std::string_view since_of(const RequestContext& call) {
    if (auto last = call.header("Last-Event-ID"); !last.empty()) return last;
    return call.target.has("since") ? call.target.parameter("since") : "now";
}

// Registers the stream with the connections: it counts against the connection limits of its user and address, like a WebSocket.
awaitable<Result<ConnectionRegistry::Address*>> register_connection(RequestContext& call, const Actor& actor) {
    auto count = [&connections = call.app.realtime.connections(), from = network_of(call.address), user = actor.user_id,
                  name = actor.username]() -> Result<ConnectionRegistry::Address*> {
        KS_TRY(auto* address, connections.add_connection(from));
        auto joined = connections.add_user(user, name);
        if (joined) return address;
        connections.remove_connection(*address);
        return tl::unexpected(joined.error());
    };
    return run_on(call.app.realtime.loops().loop(0), std::move(count));
}

void unregister_connection(RequestContext& call, ConnectionRegistry::Address* address, const UserId& user) {
    auto leave = [&connections = call.app.realtime.connections(), address, user] {
        connections.remove_connection(*address);
        connections.remove_user(user);
    };
    asio::post(call.app.realtime.loops().loop(0), std::move(leave));
}

}  // namespace

HandlerResult events(RequestContext& call, const Actor& actor) {
    Realtime& realtime = call.app.realtime;
    unsigned loop = call.exchange.loop();
    if (call.app.stopping) co_return fail(ErrorCode::Unavailable, "The server is shutting down");
    if (call.request().method == "HEAD") co_return event_stream_head(uses_tls(call));
    KS_CO_TRY(auto* address, co_await register_connection(call, actor));
    EventStream stream(realtime, loop, actor, since_of(call));
    if (call.app.stopping) stream.shut_down(std::chrono::seconds(1));
    co_await stream.run(call.exchange, call.revocation_generation, uses_tls(call));
    unregister_connection(call, address, actor.user_id);
    co_return std::nullopt;
}

HandlerResult event_history(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto page, parse_page(call.target));
    History& history = call.app.realtime.history();
    Stream stream = history.stream_of(actor.user_id);
    Since since = stream.since(call.target.has("since") ? call.target.parameter("since") : "start");
    PageSize size{.events = page.limit - 1, .bytes = std::numeric_limits<std::size_t>::max()};
    KS_CO_TRY(auto opening, co_await history.open(actor.user_id, since, size));
    std::vector<std::string> items;
    std::string cursor;
    for (const JournalEntry& entry : opening.entries) {
        cursor = stream.cursor(entry.position);
        items.push_back(with_cursor(entry.message, cursor, entry.at));
    }
    bool more = !items.empty() && opening.entries.back().position.index < opening.head.index;
    JsonWriter body;
    body.raw("items", json_array(items));
    body.add("next_cursor", more ? std::optional(cursor) : std::nullopt).add("complete", opening.complete);
    co_return json_answer(200, body.text());
}

}  // namespace ks::api
