#include "edge/request_context.h"

#include "base/size.h"
#include "edge/server_url.h"
#include "edge/user_agent.h"
#include "edge/visit_cookie.h"

#include <charconv>

namespace ks {

namespace {

constexpr std::size_t max_json_bytes = 64_KiB;

bool changes_state(std::string_view method) { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }

}  // namespace

std::optional<std::string_view> bearer_of(const net::Request& request) {
    std::string_view header = request.header("Authorization");
    constexpr std::string_view scheme = "bearer ";
    if (header.size() <= scheme.size()) return std::nullopt;
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        if ((header[i] | 0x20) != (scheme[i] | 0x20)) return std::nullopt;
    }
    std::string_view token = header.substr(scheme.size());
    token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
    return token;
}

tl::unexpected<Error> from_another_site() {
    return fail(ErrorCode::Forbidden,
                "Cross-site request refused; if it isn't one, set server.public_url to the address in the browser, or add the proxy to "
                "server.trusted_proxies");
}

awaitable<Result<Actor>> RequestContext::actor() {
    if (auto token = bearer_of(request())) co_return co_await request_cache().authenticate(std::string(*token));
    if (auto cookie = request().cookie("ks_session"); !cookie.empty()) {
        if (changes_state(request().method) && !is_same_origin(*this)) {
            co_return from_another_site();
        }
        co_return co_await request_cache().authenticate_cookie(std::string(cookie));
    }
    co_return fail(ErrorCode::AuthenticationRequired, "Authentication required: send an access token as Authorization: Bearer");
}

awaitable<Result<Actor>> RequestContext::uploader() {
    if (auto token = bearer_of(request())) co_return co_await request_cache().authenticate(std::string(*token), Expired::Allowed);
    co_return co_await actor();
}

awaitable<Result<std::optional<Actor>>> RequestContext::actor_if_any() {
    auto known = co_await actor();
    if (known) co_return std::move(*known);
    // Browsers send cookies unasked, so an invalid one counts as none. A Bearer token is deliberate and must be valid.
    if (bearer_of(request()) || error_info(known.error().code).status >= 500) co_return tl::unexpected(std::move(known.error()));
    co_return std::nullopt;
}

awaitable<Result<JsonObject>> RequestContext::body() {
    KS_CO_TRY(body_text, co_await exchange.read_all(max_json_bytes));
    if (body_text.empty()) body_text = "{}";
    co_return JsonObject::parse(body_text);
}

Result<Page> RequestContext::page(int default_limit) const {
    Page page{.limit = default_limit};
    if (std::string_view limit = target.parameter("limit"); target.has("limit")) {
        auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), page.limit);
        if (error != std::errc{} || end != limit.data() + limit.size() || page.limit < 1 || page.limit > 200) {
            return bad_field("limit", "\"limit\" must be a whole number from 1 to 200");
        }
    }
    if (target.has("cursor")) {
        auto bytes = from_base64url(target.parameter("cursor"));
        if (!bytes || bytes->size() < 16) return bad_field("cursor", "\"cursor\" must be the \"next_cursor\" of the previous page");
        page.after_id = bytes->substr(0, 16);
        page.after_key = bytes->substr(16);
    }
    ++page.limit;
    return page;
}

awaitable<Result<Guest>> RequestContext::guest(std::string share_token, NewCookie new_cookie) {
    KS_CO_TRY(auto actor, co_await actor_if_any());
    std::string_view agent = header("User-Agent");
    Guest guest{.cookie = visit_id(share_token),
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

void set_visit_cookie(const RequestContext& call, const Guest& guest, net::Response& response) {
    if (guest.new_cookie.empty()) return;
    std::string_view name = visit_cookie_name(call);
    std::string value = add_visit_id(call.request().cookie(name), call.app.settings.visit_cookie_key, call.captures[0], guest.new_cookie);
    response.with("Set-Cookie", cookie_header(call, name, value, std::chrono::hours(24 * 30), "Lax"));
}

net::Response json_answer(int status, std::string body) {
    net::Response response{.status = status};
    response.with("Content-Type", "application/json").with("Cache-Control", "no-store");
    response.body = std::move(body);
    return response;
}

net::Response page_answer(std::vector<std::string> items, const Page& page, const std::string& last_key, std::string_view last_id) {
    bool more = static_cast<int>(items.size()) == page.limit;
    if (more) items.pop_back();
    JsonWriter writer;
    writer.raw("items", json_array(items));
    writer.add("next_cursor", more ? std::optional(base64url(std::string(last_id) + last_key)) : std::nullopt);
    return json_answer(200, writer.text());
}

}  // namespace ks
