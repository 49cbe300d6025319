#pragma once

#include "edge/app.h"
#include "edge/client_address.h"
#include "edge/router.h"
#include "net/http.h"

namespace ks {

// Every HTTP request comes through here: rate limit, route, problem, log line.
class Server final : public net::HttpHandler {
public:
    explicit Server(App& app) : app_(app), proxies_(app.settings.trusted_proxies) {}

    awaitable<void> handle(net::Exchange& exchange) override;
    net::Response refusal(const Error& error, int status) override;
    bool is_proxy(const std::string& peer) const override { return proxies_.trusts(peer); }

private:
    awaitable<Result<std::optional<net::Response>>> answer(net::Exchange& exchange, std::string_view& route);
    awaitable<Result<void>> admit(Call& call, const Route* route);

    App& app_;
    const TrustedProxies proxies_;
};

}  // namespace ks
