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

// What a route answers; nullopt where it has sent its answer itself.
using Answer = std::optional<net::Response>;

// One request on its way through a route.
class Call {
public:
    Call(App& app, net::Exchange& exchange, net::Target target, RequestOrigin origin)
        : app(app), exchange(exchange), target(std::move(target)), origin(std::move(origin)) {}

    const net::Request& request() const { return exchange.request(); }
    std::string_view header(std::string_view name) const { return request().header(name); }

    // Who calls: by Bearer, else by the cookie session. AUTHENTICATION_REQUIRED without either, INVALID_TOKEN for one that is not good,
    // FORBIDDEN for a state-changing request with a cookie from another site.
    awaitable<Result<Actor>> actor();
    awaitable<Result<Actor>> uploader();                     // the same; a JWT may have expired: the engine decides on it
    awaitable<Result<std::optional<Actor>>> actor_if_any();  // a cookie that is not good is none

    Shortcuts& shortcuts() const { return app.shortcuts[exchange.core()]; }

    awaitable<Result<JsonObject>> body();  // of at most 64 KiB; an empty one is {}
    std::string body_text{};               // what body() read

    // The n-th id of the path; NOT_FOUND where it is none.
    template <class Tag>
    Result<Id<Tag>> id(std::size_t index = 0) const {
        auto parsed = Id<Tag>::parse(captures[index]);
        if (!parsed) return fail(ErrorCode::NotFound);
        return *parsed;
    }

    // ?limit= and ?cursor=, which is opaque outside. The page is a row longer than asked: see list_answer.
    Result<Page> page(int standard_limit = 50) const;

    // The guest of a share, and whether the answer hands out a cookie for the visit: one that is known to others must not be the one that a
    // password unlocks, so with a password it is always a new one.
    enum class NewCookie : std::uint8_t { No, IfNone, Always };
    awaitable<Result<Guest>> guest(std::string share_token, NewCookie new_cookie);
    std::optional<std::string> visit_id(const std::string& share_token) const;  // of the cookie for visits
    // X-Share-Password: as it is, or as an ext-value in UTF-8 (RFC 8187 §3.2.1), which carries what a header can't.
    std::optional<std::string> share_password() const;

    App& app;
    net::Exchange& exchange;
    const net::Target target;
    const RequestOrigin origin;
    const std::string& address = origin.client;
    std::vector<std::string> captures{};  // what stood for {…} in the route
};

void set_visit_cookie(const Call& call, const Guest& guest, net::Response& response);  // where the guest gets a new one
std::optional<std::string_view> bearer_of(const net::Request& request);                // the token that Authorization holds
tl::unexpected<Error> from_another_site();                                             // the refusal of what is not

net::Response json_answer(int status, std::string body);

// {"items": […], "next_cursor": …}. A row more than the page was asked for says that there is a next one. json_of: row → text;
// place_of: row → its sort key and its id, raw.
net::Response page_answer(std::vector<std::string> items, const Page& page, const std::string& last_key, std::string_view last_id);

template <class Row, class JsonOf, class PlaceOf>
net::Response list_answer(const std::vector<Row>& rows, const Page& page, JsonOf json_of, PlaceOf place_of) {
    std::vector<std::string> items;
    items.reserve(rows.size());
    for (const Row& row : rows) items.push_back(json_of(row));
    std::size_t shown = std::min<std::size_t>(rows.size(), static_cast<std::size_t>(page.limit - 1));
    auto [key, id] = shown > 0 ? place_of(rows[shown - 1]) : std::pair<std::string, std::string>();
    return page_answer(std::move(items), page, key, id);
}

}  // namespace ks
