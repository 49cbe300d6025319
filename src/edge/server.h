#pragma once

#include "edge/app.h"
#include "edge/cors.h"
#include "edge/request_origin.h"
#include "edge/router.h"
#include "net/http.h"

namespace ks::edge {

// Entry point of all HTTP requests: client address, CORS, routing, rate limit, authorization, error responses, counters, log.
class Server final : public net::HttpHandler {
public:
    explicit Server(App& app);

    awaitable<void> handle(net::Exchange& exchange) override;
    net::Response refusal(const Error& error, int status) override;
    bool is_proxy(const std::string& peer) const override { return proxies_.trusts(peer); }

private:
    awaitable<Result<std::optional<net::Response>>> answer(net::Exchange& exchange, RequestOrigin origin, std::string_view& route);
    Match find(const net::Request& request, std::vector<std::string>& segments) const;
    bool is_below(std::string_view path, std::string_view target) const;
    awaitable<Result<void>> admit(RequestContext& call, Limit limit);

    App& app_;
    const TrustedProxies proxies_;
    const std::vector<std::string> prefix_;  // path segments of the public URL
    const Cors cors_;
};

}  // namespace ks::edge
