#include "edge/server.h"

#include "base/log.h"
#include "edge/problem.h"
#include "edge/router.h"
#include "edge/site.h"
#include "net/tus.h"

namespace ks {

namespace {

// tus wants its version in every answer, in that to a mistake too.
constexpr std::string_view tus_path = "/api/v1/uploads";

}  // namespace

awaitable<Result<Answer>> Server::answer(net::Exchange& exchange, std::string_view& route) {
    KS_CO_TRY(auto target, net::parse_target(exchange.request().target));
    std::string address = proxies_.client_of(exchange.request());
    bool limited = !target.segments.empty() && target.segments[0] == "api";
    if (limited && !app_.requests.take(network_of(address), app_.clock.now())) {
        co_return tl::unexpected(app_.requests.refusal("Too many requests from your address"));
    }
    Match found = match(exchange.request().method, target.segments);
    if (!found.route && found.allowed.empty()) {
        if (auto page = site_answer(exchange.request(), target.segments)) co_return page;
        co_return fail(ErrorCode::NotFound, "There is nothing at this address");
    }
    if (!found.route) {
        net::Response response = problem({ErrorCode::MethodNotAllowed, "Allowed here: " + found.allowed});
        co_return response.with("Allow", found.allowed);
    }
    route = found.route->path;
    Call call(app_, exchange, std::move(target), std::move(address));
    call.captures = std::move(found.captures);
    co_return co_await found.route->handler(call);
}

net::Response Server::refusal(const Error& error, int status) { return problem(error, status); }

awaitable<void> Server::handle(net::Exchange& exchange) {
    auto began = Steady::now();
    std::string_view route = "-";
    int status = 0;
    Result<Answer> answered = Answer{};
    try {
        answered = co_await answer(exchange, route);
    } catch (const std::exception& error) {
        answered = fault(error.what());
    }
    if (!answered) {
        if (!answered.error().detail.empty()) log::error("a request failed", {{"route", route}, {"reason", answered.error().detail}});
        if (!exchange.answered()) answered = problem(answered.error());
    }
    if (answered && *answered) {
        status = (*answered)->status;
        if (exchange.request().target.starts_with(tus_path)) (*answered)->with("Tus-Resumable", std::string(net::tus::version));
        co_await exchange.send(std::move(**answered));
    }
    ++app_.counters.http_requests;
    if (status >= 500) ++app_.counters.http_errors;
    if (!log::is_debugging()) co_return;
    // The route, not the target: a target may hold tokens.
    auto took = std::chrono::duration<double, std::milli>(Steady::now() - began).count();
    log::debug("request", {{"method", exchange.request().method}, {"route", route}, {"status", status}, {"ms", took}});
}

}  // namespace ks
