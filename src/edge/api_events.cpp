#include "edge/api.h"
#include "edge/client_address.h"
#include "edge/event_stream.h"
#include "edge/server_url.h"

#include <limits>

namespace ks::api {

namespace {

std::string_view since_of(const Call& call) {
    if (auto last = call.header("Last-Event-ID"); !last.empty()) return last;
    return call.target.has("since") ? call.target.parameter("since") : "now";
}

// Registers the stream with the census: it counts against the connection limits of its user and address, like a WebSocket.
awaitable<Result<Census::Address*>> count_in(Call& call, const Actor& actor) {
    auto count = [&census = call.app.realtime.census(), from = network_of(call.address), user = actor.user_id,
                  name = actor.username]() -> Result<Census::Address*> {
        KS_TRY(auto* address, census.admit(from));
        auto joined = census.join(user, name);
        if (joined) return address;
        census.leave(*address);
        return tl::unexpected(joined.error());
    };
    return ask(call.app.realtime.shards().core(0), std::move(count));
}

void count_out(Call& call, Census::Address* address, const UserId& user) {
    auto leave = [&census = call.app.realtime.census(), address, user] {
        census.leave(*address);
        census.part(user);
    };
    asio::post(call.app.realtime.shards().core(0), std::move(leave));
}

}  // namespace

Reply events(Call& call) {
    Realtime& realtime = call.app.realtime;
    unsigned core = call.exchange.core();
    auto endings = realtime.hub(core).endings();
    KS_CO_TRY(auto actor, co_await call.actor());
    if (call.app.stopping) co_return fail(ErrorCode::Unavailable, "The server stops");
    if (call.request().method == "HEAD") co_return event_stream_head(uses_tls(call));
    KS_CO_TRY(auto* address, co_await count_in(call, actor));
    EventStream stream(realtime, core, actor, since_of(call));
    if (call.app.stopping) stream.shut_down(std::chrono::seconds(1));
    co_await stream.run(call.exchange, endings, uses_tls(call));
    count_out(call, address, actor.user_id);
    co_return std::nullopt;
}

Reply event_history(Call& call) {
    KS_CO_TRY(auto actor, co_await call.actor());
    KS_CO_TRY(auto page, call.page());
    History& history = call.app.realtime.history();
    Stream stream = history.stream_of(actor.user_id);
    Since since = stream.since(call.target.has("since") ? call.target.parameter("since") : "start");
    PageSize size{.events = page.limit - 1, .bytes = std::numeric_limits<std::size_t>::max()};
    KS_CO_TRY(auto opening, co_await history.open(actor.user_id, since, size));
    std::vector<std::string> items;
    std::string cursor;
    for (const JournalEntry& entry : opening.entries) {
        cursor = stream.cursor(entry.place);
        items.push_back(with_cursor(entry.message, cursor, entry.at));
    }
    bool more = !items.empty() && opening.entries.back().place.position < opening.head.position;
    JsonWriter body;
    body.raw("items", json_array(items));
    body.add("next_cursor", more ? std::optional(cursor) : std::nullopt).add("complete", opening.complete);
    co_return json_answer(200, body.text());
}

}  // namespace ks::api
