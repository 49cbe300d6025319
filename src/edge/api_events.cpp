#include "edge/api.h"
#include "edge/responses.h"
#include "edge/paging.h"
#include "edge/client_address.h"
#include "edge/event_stream.h"
#include "edge/server_url.h"

#include <limits>

namespace ks::edge::api {

namespace {

std::string_view since_of(const RequestContext& call) {
    if (auto last = call.header("Last-Event-ID"); !last.empty()) return last;
    return call.target.has("since") ? call.target.parameter("since") : "now";
}

}  // namespace

HandlerResult events(RequestContext& call, const Actor& actor) {
    Realtime& realtime = call.app.realtime;
    if (call.app.stopping) co_return fail(ErrorCode::Unavailable, "The server is shutting down");
    if (call.request().method == "HEAD") co_return event_stream_head(uses_tls(call));
    // The stream counts against the connection limits of its user and address, like a WebSocket.
    const LoopServices& services = realtime.services(call.exchange.loop());
    const Admission admission = co_await realtime.authenticator().admit(network_of(call.address), actor);
    if (admission.refusal) co_return tl::unexpected(*admission.refusal);
    const std::string since = services.streams.begin_at(std::string(since_of(call)), actor.user_id, admission.events_after);
    EventStream stream(services, actor, since);
    if (call.app.stopping) stream.shut_down(std::chrono::seconds(1));
    co_await stream.run(call.exchange, call.revocation_generation, uses_tls(call));
    co_return std::nullopt;
}

HandlerResult event_history(RequestContext& call, const Actor& actor) {
    KS_CO_TRY(auto page, parse_page(call.target));
    StreamReader& streams = call.app.realtime.services(call.exchange.loop()).streams;
    engine::Stream stream = streams.stream_of(actor.user_id);
    engine::Since since = stream.since(call.target.has("since") ? call.target.parameter("since") : "start");
    engine::PageSize size{.events = page.limit - 1, .bytes = std::numeric_limits<std::size_t>::max()};
    KS_CO_TRY(auto opening, co_await streams.open(actor.user_id, since, size));
    std::vector<std::string> items;
    std::string cursor;
    for (const JournalEntry& entry : opening.entries) {
        cursor = stream.cursor(entry.position);
        items.push_back(engine::with_cursor(entry.message, cursor, entry.at));
    }
    bool more = !items.empty() && opening.entries.back().position.index < opening.head.index;
    codec::JsonWriter body;
    body.raw("items", codec::json_array(items));
    body.add("next_cursor", more ? std::optional(cursor) : std::nullopt).add("complete", opening.complete);
    co_return json_answer(200, body.text());
}

}  // namespace ks::edge::api
