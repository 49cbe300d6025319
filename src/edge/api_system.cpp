#include "base/embedded.h"
#include "edge/api.h"
#include "edge/responses.h"
#include "edge/server_url.h"

namespace ks::edge::api {

namespace {

net::Response document(std::string_view path) {
    net::Response response;
    response.with("Content-Type", "application/yaml").with("Cache-Control", "no-cache");
    response.body = std::string(embedded_file(path));
    return response;
}

net::Response fine() { return json_answer(200, codec::JsonWriter().add("status", "ok").text()); }

void add_metric(std::string& text, std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
    text.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ").append(type);
    text.append("\n").append(name).append(" ").append(std::to_string(value)).append("\n");
}

}  // namespace

HandlerResult healthz(RequestContext&) { co_return fine(); }

HandlerResult readyz(RequestContext& call) {
    if (call.app.stopping) co_return fail(ErrorCode::Unavailable, "The server is shutting down");
    if (auto database = co_await call.app.users.any(); !database) co_return fail(ErrorCode::Unavailable, "The database is not available");
    if (auto blobs = co_await call.app.blobs.check(); !blobs) {
        co_return fail(ErrorCode::Unavailable, "The blob store is not writable: " + blobs.error().message);
    }
    if (!call.app.nodes.holds_lease()) co_return fail(ErrorCode::Unavailable, "The lease of this node has expired");
    co_return fine();
}

HandlerResult nodes(RequestContext& call, const Actor&) {
    KS_CO_TRY(auto nodes, co_await call.app.nodes.list());
    std::vector<std::string> items;
    for (const Node& node : nodes) {
        codec::JsonWriter item;
        item.add("node_id", node.id.text()).add("name", node.name).add("version", node.version);
        items.push_back(item.add("started_at", rfc3339(node.started_at)).add("renewed_at", rfc3339(node.renewed_at)).text());
    }
    co_return json_answer(200, codec::JsonWriter().raw("items", codec::json_array(items)).text());
}

HandlerResult metrics(RequestContext& call) {
    // Behind a proxy that is not configured as trusted, every request comes from loopback.
    bool proxied = call.address == call.request().peer && !(call.header("X-Forwarded-For").empty() && call.header("Forwarded").empty());
    bool local = call.address == "127.0.0.1" || call.address == "::1" || call.address.starts_with("127.");
    if ((!local || proxied) && !call.app.settings.metrics_for_all) co_return fail(ErrorCode::NotFound);
    auto count = [&connections = call.app.realtime.connections()] { return std::pair(connections.total(), connections.by_user().size()); };
    auto [connections, users] = co_await run_on(call.app.realtime.loops().loop(0), std::move(count));
    std::string text;
    const Counters& counters = call.app.counters;
    add_metric(text, "kingshare_http_requests_total", "counter", "HTTP requests answered.", counters.http_requests);
    add_metric(text, "kingshare_http_errors_total", "counter", "HTTP responses with a 5xx status.", counters.http_errors);
    add_metric(text, "kingshare_websockets_total", "counter", "WebSocket connections accepted.", counters.websockets);
    add_metric(text, "kingshare_websocket_connections", "gauge", "WebSocket connections now.", connections);
    add_metric(text, "kingshare_online_users", "gauge", "Users with a WebSocket connection now.", users);
    net::Response response;
    response.with("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = std::move(text);
    co_return response;
}

HandlerResult settings(RequestContext& call, const Actor&) {
    std::vector<std::string> items;
    for (const EffectiveSetting& setting : call.app.settings.effective) {
        auto value = setting.value;
        if (setting.is_default && setting.key == "server.public_url") value = server_url(call).text();
        codec::JsonWriter item;
        item.add("key", setting.key).add("value", value).add("default", setting.default_value);
        items.push_back(item.add("is_default", setting.is_default).text());
    }
    co_return json_answer(200, codec::JsonWriter().raw("items", codec::json_array(items)).text());
}

HandlerResult openapi(RequestContext&) { co_return document("protocol/openapi.yaml"); }
HandlerResult asyncapi(RequestContext&) { co_return document("protocol/asyncapi.yaml"); }

}  // namespace ks::edge::api
