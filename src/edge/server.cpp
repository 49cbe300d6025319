#include "edge/server.h"

#include "base/log.h"
#include "edge/api.h"
#include "edge/credentials.h"
#include "edge/page.h"
#include "edge/problem.h"
#include "edge/security_headers.h"
#include "edge/security_log.h"
#include "edge/server_url.h"
#include "edge/site.h"
#include "net/authority.h"
#include "net/tus.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace ks::edge {

namespace {

// tus requires Tus-Resumable in every response, errors included, and Tus-Version where it is not supported.
constexpr std::string_view tus_path = "/api/v1/uploads";

constexpr Duration longest_turn = std::chrono::minutes(2);

std::vector<std::string> segments_of(std::string_view path) {
    auto target = net::parse_target(path.empty() ? "/" : path);
    return target ? std::move(target->segments) : std::vector<std::string>();
}

// Adds the prefix to URLs in the response: in the HTML of pages (text from outside is escaped there) and in Location.
void place_under(std::string_view prefix, net::Response& response) {
    if (prefix.empty()) return;
    bool is_page = false;
    for (auto& [name, value] : response.headers) {
        if (name == "Location" && value.starts_with('/')) value.insert(0, prefix);
        is_page = is_page || (name == "Content-Type" && value.starts_with("text/html"));
    }
    if (is_page && !response.file) response.body = page_under(prefix, response.body);
}

// Delays requests above the user's rate, in order of arrival. Errors: UNAVAILABLE if the queue is longer than longest_turn.
awaitable<Result<void>> wait_for_turn(App& app, UserId user) {
    Duration wait = app.uploads_in_turn.reserve(user.raw(), app.clock.now());
    if (wait == Duration(0)) co_return Result<void>{};
    if (wait > longest_turn) {
        app.uploads_in_turn.refund(user.raw());
        auto when = std::chrono::ceil<std::chrono::seconds>(wait);
        co_return tl::unexpected(Error{.code = ErrorCode::Unavailable,
                                       .message = "Too many of your requests are waiting; send fewer requests at the same time",
                                       .retry_after = when});
    }
    asio::steady_timer timer(co_await asio::this_coro::executor, wait);
    co_await timer.async_wait(asio::use_awaitable);
    co_return Result<void>{};
}

// Limit of paths and methods without a route.
Limit limit_of_unknown(const std::vector<std::string>& segments) {
    bool is_limited = !segments.empty() && (segments[0] == "api" || segments[0] == "s");
    return is_limited ? Limit::Requests : Limit::None;
}

// Authorizes the request as the route demands, then calls its handler.
HandlerResult call_handler(RequestContext& call, const Route& route) {
    if (route.precondition) KS_CO_CHECK(route.precondition(call));
    if (const auto* handler = std::get_if<PublicHandler>(&route.handler)) co_return co_await (*handler)(call);
    KS_CO_TRY(const Actor actor,
              co_await authenticate(call, route.access == Access::UploadOwner ? codec::Expired::Allowed : codec::Expired::Refused));
    if (route.access == Access::Admin) KS_CO_CHECK(may_administer(actor));
    co_return co_await std::get<UserHandler>(route.handler)(call, actor);
}

}  // namespace

Server::Server(App& app)
    : app_(app), proxies_(app.settings.trusted_proxies), prefix_(segments_of(app.settings.prefix())), cors_(app.settings.cors_origins) {}

awaitable<Result<void>> Server::admit(RequestContext& call, Limit limit) {
    if (limit == Limit::Transfers) {
        if (auto actor = co_await authenticate(call, codec::Expired::Allowed)) co_return co_await wait_for_turn(app_, actor->user_id);
    }
    // All other requests, including those with an invalid token.
    if (app_.request_limiter.take(network_of(call.address), app_.clock.now())) co_return Result<void>{};
    log_rate_limit("requests", network_of(call.address), app_.clock.now());
    co_return tl::unexpected(app_.request_limiter.refusal("Too many requests from your address"));
}

// Matches a route with or without the prefix, since some proxies strip it. Removes the prefix from `segments`.
Match Server::find(const net::Request& request, std::vector<std::string>& segments) const {
    bool has_prefix = !prefix_.empty() && segments.size() >= prefix_.size() && std::equal(prefix_.begin(), prefix_.end(), segments.begin());
    if (!has_prefix) return match(request.method, segments);
    std::vector<std::string> inner(segments.begin() + static_cast<std::ptrdiff_t>(prefix_.size()), segments.end());
    if (inner.size() == 1 && inner[0].empty()) inner.clear();
    Match found = match(request.method, inner);
    if (!found.route && found.allowed.empty()) {
        // The prefix may equal the first segment of one of our paths, like /s. Page names are shorter than share tokens and asset names.
        constexpr std::size_t longest_page_name = 12;
        Match stripped = match(request.method, segments);
        bool is_page = inner.size() == 1 && inner[0].size() <= longest_page_name;
        if (!is_page && (stripped.route || !stripped.allowed.empty())) return stripped;
    }
    segments = std::move(inner);
    return found;
}

bool Server::is_below(std::string_view path, std::string_view target) const {
    std::string_view prefix = app_.settings.prefix();
    return target.starts_with(path) || (target.starts_with(prefix) && target.substr(prefix.size()).starts_with(path));
}

awaitable<Result<HandlerResponse>> Server::answer(net::Exchange& exchange, RequestOrigin origin, std::string_view& route) {
    if (!origin.authority.empty() && !net::is_authority(origin.authority)) {
        co_return fail(ErrorCode::InvalidRequest, "Host must be a host name or an IP address, optionally with a port");
    }
    if (is_below("/api/", exchange.request().target)) {
        exchange.add_headers(cors_.headers(exchange.request()));
        if (auto preflight = cors_.preflight(exchange.request())) co_return preflight;
    }
    if (exchange.request().target == "*") co_return net::Response{.status = 204};  // OPTIONS * (RFC 9110 §9.3.7)
    KS_CO_TRY(auto target, net::parse_target(exchange.request().target));
    // tus clients often append a slash to upload URLs.
    if (target.segments.size() > 3 && target.segments.back().empty() && is_below(tus_path, exchange.request().target))
        target.segments.pop_back();
    Match found = find(exchange.request(), target.segments);
    if (found.route && found.route->handler == Handler(api::refuse_override)) {
        // For tus clients that cannot send PATCH or DELETE.
        std::string_view method = exchange.request().header("X-HTTP-Method-Override");
        if (method == "PATCH" || method == "HEAD" || method == "DELETE") found = match(method, target.segments);
    }
    RequestContext call(app_, exchange, std::move(target), std::move(origin));
    const auto& segments = call.target.segments;
    if (Limit limit = found.route ? found.route->limit : limit_of_unknown(segments); limit != Limit::None) {
        auto admitted = co_await admit(call, limit);
        if (!admitted && segments[0] == "s" && asks_for_page(exchange.request())) co_return api::share_page_refused(admitted.error());
        KS_CO_CHECK(std::move(admitted));
    }
    if (!found.route && found.allowed.empty()) {
        if (auto page = site_answer(exchange.request(), segments, app_.settings.prefix())) co_return page;
        co_return fail(ErrorCode::NotFound, "There is no such page or endpoint");
    }
    if (!found.route) {
        net::Response response = problem({ErrorCode::MethodNotAllowed, "Method not allowed; allowed: " + found.allowed});
        co_return response.with("Allow", found.allowed);
    }
    route = found.route->path;
    call.path_parameters = std::move(found.parameters);
    co_return co_await call_handler(call, *found.route);
}

net::Response Server::refusal(const Error& error, int status) {
    net::Response response = problem(error, status);
    add_security_headers(response, false);
    return response;
}

awaitable<void> Server::handle(net::Exchange& exchange) {
    auto began = Steady::now();
    std::string_view route = "-";
    int status = 0;
    Result<HandlerResponse> answered = HandlerResponse{};
    RequestOrigin origin = origin_of(exchange.request(), proxies_);
    bool tls = uses_tls(origin, app_.settings);
    try {
        answered = co_await answer(exchange, std::move(origin), route);
    } catch (const std::exception& error) {
        answered = internal_error(error.what());
    }
    if (!answered) {
        if (!answered.error().detail.empty()) log::error("request failed", {{"route", route}, {"reason", answered.error().detail}});
        if (!exchange.answered()) answered = problem(answered.error());
    }
    if (answered && *answered) {
        status = (*answered)->status;
        if (is_below(tus_path, exchange.request().target)) {
            (*answered)->with("Tus-Resumable", std::string(net::tus::version));
            if (status == 412) (*answered)->with("Tus-Version", std::string(net::tus::version));
        }
        place_under(app_.settings.prefix(), **answered);
        add_security_headers(**answered, tls);
        co_await exchange.send(std::move(**answered));
    }
    ++app_.counters.http_requests;
    if (status >= 500) ++app_.counters.http_errors;
    if (!log::is_debugging()) co_return;
    // Log the route, not the target, which may contain tokens.
    auto took = std::chrono::duration<double, std::milli>(Steady::now() - began).count();
    log::debug("request", {{"method", exchange.request().method}, {"route", route}, {"status", status}, {"ms", took}});
}

}  // namespace ks::edge
