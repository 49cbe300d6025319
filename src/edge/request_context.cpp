#include "edge/request_context.h"

#include "base/size.h"
#include "edge/bots.h"
#include "edge/credentials.h"
#include "edge/server_url.h"
#include "edge/user_agent.h"
#include "edge/visit_cookie.h"

#include <algorithm>

namespace ks::edge {

namespace {

constexpr std::size_t max_json_bytes = 64_KiB;

}  // namespace

const std::string& RequestContext::path_parameter(std::string_view name) const {
    auto found = std::find_if(path_parameters.begin(), path_parameters.end(), [name](const auto& entry) { return entry.first == name; });
    KS_ASSERT(found != path_parameters.end());
    return found->second;
}

awaitable<Result<codec::JsonObject>> RequestContext::body() {
    KS_CO_TRY(body_text, co_await exchange.read_all(max_json_bytes));
    if (body_text.empty()) body_text = "{}";
    co_return codec::JsonObject::parse(body_text);
}

awaitable<Result<engine::Guest>> RequestContext::guest(std::string share_token, NewCookie new_cookie) {
    KS_CO_TRY(auto actor, co_await authenticate_if_any(*this));
    std::string_view agent = header("User-Agent");
    engine::Guest guest{.cookie = visit_id(share_token),
                        .address_and_agent = address + "\n" + std::string(agent),
                        .robot = is_robot(request()),
                        .client = client_name(agent)};
    if (actor) {
        guest.user = actor->user_id;
        guest.username = actor->username;
    }
    if (new_cookie == NewCookie::Always || (new_cookie == NewCookie::IfNone && !guest.cookie)) guest.new_cookie = make_visit_id();
    co_return guest;
}

std::optional<std::string> RequestContext::share_password() const {
    std::string_view given = header("X-Share-Password");
    std::string password = net::parse_ext_value(given).value_or(std::string(given));
    return password.empty() ? std::nullopt : std::optional(std::move(password));
}

namespace {

// The __Host- prefix stops other hosts from planting the cookie (RFC 6265bis §4.1.3.2); it requires TLS and Path=/.
std::string_view visit_cookie_name(const RequestContext& call) {
    return has_secure_cookies(call) && call.app.settings.prefix().empty() ? "__Host-ks_visit" : "ks_visit";
}

}  // namespace

std::optional<std::string> RequestContext::visit_id(const std::string& share_token) const {
    return find_visit_id(request().cookie(visit_cookie_name(*this)), app.settings.visit_cookie_key, share_token);
}

void set_visit_cookie(const RequestContext& call, const engine::Guest& guest, net::Response& response) {
    if (guest.new_cookie.empty()) return;
    std::string_view name = visit_cookie_name(call);
    std::string value =
        add_visit_id(call.request().cookie(name), call.app.settings.visit_cookie_key, call.path_parameter("share_token"), guest.new_cookie);
    response.with("Set-Cookie", cookie_header(call, name, value, std::chrono::hours(24 * 30), "Lax"));
}

}  // namespace ks::edge
