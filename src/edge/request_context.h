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

namespace ks {

// Response of a handler; nullopt if the handler has already sent it through the exchange.
using HandlerResponse = std::optional<net::Response>;

// Context of one request: the exchange, the parsed target, path captures and authentication. Lives on one loop for the duration of the
// handler.
class RequestContext {
public:
    RequestContext(App& app, net::Exchange& exchange, net::Target target, RequestOrigin origin)
        : app(app), exchange(exchange), target(std::move(target)), origin(std::move(origin)) {}

    const net::Request& request() const { return exchange.request(); }
    std::string_view header(std::string_view name) const { return request().header(name); }

    // Authenticates by Bearer token, otherwise by session cookie. Errors: AUTHENTICATION_REQUIRED without credentials, INVALID_TOKEN for
    // invalid ones, FORBIDDEN for a state-changing cross-site request with a cookie (CSRF).
    awaitable<Result<Actor>> actor();
    awaitable<Result<Actor>> uploader();                     // like actor(), but accepts an expired JWT; the engine decides
    awaitable<Result<std::optional<Actor>>> actor_if_any();  // an invalid cookie counts as none

    RequestCache& request_cache() const { return app.request_cache[exchange.loop()]; }

    awaitable<Result<JsonObject>> body();  // at most 64 KiB; an empty body parses as {}
    std::string body_text{};               // raw text read by body()

    // Returns the path capture at `index` as an id, NOT_FOUND if it is malformed.
    template <class Tag>
    Result<Id<Tag>> id(std::size_t index = 0) const {
        auto parsed = Id<Tag>::parse(captures[index]);
        if (!parsed) return fail(ErrorCode::NotFound);
        return *parsed;
    }

    // Parses ?limit= and the opaque ?cursor=. `limit` of the result is one higher than requested, to detect a next page; see list_answer.
    Result<Page> page(int default_limit = 50) const;

    // Returns the visitor of a share. `new_cookie` says whether the response sets a new visit cookie. A request with a password always gets
    // a new one: unlocking a visit id planted by an attacker would unlock the share for the attacker (session fixation).
    enum class NewCookie : std::uint8_t { No, IfNone, Always };
    awaitable<Result<Guest>> guest(std::string share_token, NewCookie new_cookie);
    std::optional<std::string> visit_id(const std::string& share_token) const;  // from the visit cookie
    // Returns X-Share-Password, either verbatim or as an RFC 8187 §3.2.1 ext-value in UTF-8, since a header cannot carry every password.
    std::optional<std::string> share_password() const;

    App& app;
    net::Exchange& exchange;
    const net::Target target;
    const RequestOrigin origin;
    const std::string& address = origin.client;
    std::vector<std::string> captures{};  // values of the {…} segments of the route
};

void set_visit_cookie(const RequestContext& call, const Guest& guest, net::Response& response);  // no-op unless the guest has a new cookie
std::optional<std::string_view> bearer_of(const net::Request& request);                          // token of the Authorization header
tl::unexpected<Error> from_another_site();                                                       // FORBIDDEN for a cross-site request

net::Response json_answer(int status, std::string body);

// Builds {"items": […], "next_cursor": …}. One item more than the requested limit signals a next page and is dropped. `json_of` maps a row
// to JSON; `position_of` maps a row to its sort key and raw id.
net::Response page_answer(std::vector<std::string> items, const Page& page, const std::string& last_key, std::string_view last_id);

template <class Row, class JsonOf, class PositionOf>
net::Response list_answer(const std::vector<Row>& rows, const Page& page, JsonOf json_of, PositionOf position_of) {
    std::vector<std::string> items;
    items.reserve(rows.size());
    for (const Row& row : rows) items.push_back(json_of(row));
    std::size_t shown = std::min<std::size_t>(rows.size(), static_cast<std::size_t>(page.limit - 1));
    auto [key, id] = shown > 0 ? position_of(rows[shown - 1]) : std::pair<std::string, std::string>();
    return page_answer(std::move(items), page, key, id);
}

}  // namespace ks
