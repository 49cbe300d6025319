#pragma once

#include "codec/json.h"
#include "edge/app.h"
#include "edge/request_origin.h"
#include "net/http.h"
#include "net/target.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::edge {

// Response of a handler; nullopt if the handler has already sent it through the exchange.
using HandlerResponse = std::optional<net::Response>;

// Values of the {…} segments of a route, by name.
using PathParameters = std::vector<std::pair<std::string_view, std::string>>;

// Context of one request: the exchange, the parsed target and the path parameters. Lives on one loop for the duration of the handler.
class RequestContext {
public:
    RequestContext(App& app, net::Exchange& exchange, net::Target target, RequestOrigin origin)
        : app(app),
          exchange(exchange),
          target(std::move(target)),
          origin(std::move(origin)),
          revocation_generation(app.realtime.hub(exchange.loop()).revocation_generation()) {}

    const net::Request& request() const { return exchange.request(); }
    std::string_view header(std::string_view name) const { return request().header(name); }

    engine::RequestCache& request_cache() const { return app.request_cache[exchange.loop()]; }

    awaitable<Result<codec::JsonObject>> body();  // at most 64 KiB; an empty body parses as {}
    std::string body_text{};                      // raw text read by body()

    const std::string& path_parameter(std::string_view name) const;  // the route must have it

    // Returns a path parameter as an id, NOT_FOUND if it is malformed.
    template <class Tag>
    Result<Id<Tag>> id(std::string_view name = "id") const {
        auto parsed = Id<Tag>::parse(path_parameter(name));
        if (!parsed) return fail(ErrorCode::NotFound);
        return *parsed;
    }

    // Returns the visitor of a share. `new_cookie` says whether the response sets a new visit cookie. A request with a password always gets
    // a new one: unlocking a visit id planted by an attacker would unlock the share for the attacker (session fixation).
    enum class NewCookie : std::uint8_t { No, IfNone, Always };
    awaitable<Result<engine::Guest>> guest(std::string share_token, NewCookie new_cookie);
    std::optional<std::string> visit_id(const std::string& share_token) const;  // from the visit cookie
    // Returns X-Share-Password, either verbatim or as an RFC 8187 §3.2.1 ext-value in UTF-8, since a header cannot carry every password.
    std::optional<std::string> share_password() const;

    App& app;
    net::Exchange& exchange;
    const net::Target target;
    const RequestOrigin origin;
    const std::string& address = origin.client;
    const std::uint64_t revocation_generation;  // of the loop's hub when the request arrived, before any lookup of credentials
    PathParameters path_parameters{};
};

// Does nothing unless the guest has a new cookie.
void set_visit_cookie(const RequestContext& call, const engine::Guest& guest, net::Response& response);

}  // namespace ks::edge
