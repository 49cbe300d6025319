#pragma once

#include "codec/json.h"
#include "edge/app.h"
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
    Call(App& app, net::Exchange& exchange, net::Target target, std::string address)
        : app(app), exchange(exchange), target(std::move(target)), address(std::move(address)) {}

    const net::Request& request() const { return exchange.request(); }
    std::string_view header(std::string_view name) const { return request().header(name); }

    // Who calls: by Bearer, else by the cookie session. AUTHENTICATION_REQUIRED without either, INVALID_TOKEN for one that is not good,
    // FORBIDDEN for a state-changing request with a cookie from another site.
    awaitable<Result<Actor>> actor();
    awaitable<Result<std::optional<Actor>>> actor_if_any();  // a credential that is not good is none

    awaitable<Result<JsonObject>> body();  // of at most 64 KiB; an empty one is {}

    // The n-th id of the path; NOT_FOUND where it is none.
    template <class Tag>
    Result<Id<Tag>> id(std::size_t index = 0) const {
        auto parsed = Id<Tag>::parse(captures[index]);
        if (!parsed) return fail(ErrorCode::NotFound);
        return *parsed;
    }

    // ?limit= and ?cursor=; the cursor is opaque outside.
    Result<Page> page() const;

    // Who comes to a share. with_cookie: hand one out where there is none.
    awaitable<Result<Guest>> guest(bool with_cookie);
    std::optional<std::string> share_password() const;

    App& app;
    net::Exchange& exchange;
    const net::Target target;
    const std::string address;            // the client's, behind trusted proxies
    std::vector<std::string> captures{};  // what stood for {…} in the route
};

bool is_same_origin(const net::Request& request, const std::string& public_url);

net::Response json_answer(int status, std::string body);

// {"items": […], "next_cursor": …}; a page that is full has a next one, after the key and id given.
net::Response list_answer(const std::vector<std::string>& items, const Page& page, const std::string& last_key, std::string_view last_id);

std::string visit_cookie_header(const Guest& guest, const App& app);

}  // namespace ks
