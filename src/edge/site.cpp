// The pages that work without script: a share, and the first set-up.
#include "edge/api.h"
#include "edge/page.h"
#include "edge/problem.h"
#include "edge/share_attempt.h"

#include <fmt/format.h>

namespace ks::api {

namespace {

std::string human_size(std::uint64_t bytes) {
    static constexpr const char* units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1024 && unit + 1 < std::size(units); ++unit) value /= 1024;
    return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string human_time(Time time) {
    std::string text = rfc3339(time);
    return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

std::string share_body(const ShareView& view) {
    std::string body =
        "<h1>" + html_escape(view.file.filename) + "</h1>\n<p>" + html_escape(view.owner) + " shares this file with you.</p>\n";
    body += "<dl><dt>Size</dt><dd>" + human_size(view.file.size) + "</dd>";
    if (view.share.expires_at) body += "<dt>Available until</dt><dd>" + human_time(*view.share.expires_at) + "</dd>";
    if (view.share.max_downloads) {
        auto left = *view.share.max_downloads - view.share.download_count - view.share.downloads_under_way;
        body += "<dt>Downloads left</dt><dd>" + std::to_string(left) + "</dd>";
    }
    return body + "</dl>\n<a class=\"button\" href=\"/api/v1/public/shares/" + view.share.token + "/content\" download>Download</a>";
}

net::Response password_page(int status, std::string_view complaint) {
    std::string body = "<h1>This file is protected</h1>\n";
    body += complaint.empty() ? "<p>Enter the password that you were given with the link.</p>\n"
                              : "<p class=\"bad\" role=\"alert\">" + html_escape(complaint) + "</p>\n";
    body +=
        "<form method=\"post\"><label>Password<input type=\"password\" name=\"password\" required autofocus autocomplete=\"off\"></label>"
        "<button>Open</button></form>";
    return html_page(status, "Protected file", body);
}

net::Response ended_page(const Error& error) {
    if (error.code == ErrorCode::Gone) {
        return html_page(410, "No longer available",
                         "<h1>This file is no longer available</h1>\n<p>The link has expired or has been used up. Ask the person who sent "
                         "it for a new one.</p>");
    }
    return html_page(404, "Not found",
                     "<h1>There is no such share</h1>\n<p>Check that the link is complete, or ask the person who sent it.</p>");
}

// A page for every error that a person at a browser may meet.
Result<net::Response> error_page(const Error& error) {
    switch (error.code) {
        case ErrorCode::InvalidCredentials: return password_page(401, error.message);
        case ErrorCode::InvalidRequest:
        case ErrorCode::TooLarge:
            return html_page(facts(error.code).status, "Not understood", "<h1>That was not understood</h1>\n<p>Go back and try again.</p>");
        case ErrorCode::Gone:
        case ErrorCode::NotFound: return ended_page(error);
        default: return tl::unexpected(error);
    }
}

awaitable<Result<std::string>> form_value(Call& call, std::string_view name) {
    KS_CO_TRY(auto text, co_await call.exchange.read_all(16UL * 1024));
    KS_CO_TRY(auto form, net::parse_form(text));
    for (auto& [key, value] : form) {
        if (key == name) co_return std::move(value);
    }
    co_return std::string();
}

constexpr std::string_view setup_script =
    "const code = new URLSearchParams(location.hash.slice(1)).get('code');"
    "if (code) document.querySelector('[name=code]').value = code;";

net::Response setup_form_page(int status, std::string_view complaint) {
    std::string body = "<h1>Welcome to KingShare</h1>\n";
    body += complaint.empty() ? "<p>Choose the name and the password of the administrator.</p>\n"
                              : "<p class=\"bad\" role=\"alert\">" + html_escape(complaint) + "</p>\n";
    body +=
        "<form method=\"post\"><label>Set-up code<input name=\"code\" required autocomplete=\"off\"></label>"
        "<label>Username<input name=\"username\" required minlength=\"3\" maxlength=\"32\" autocomplete=\"username\"></label>"
        "<label>Password<input type=\"password\" name=\"password\" required minlength=\"8\" autocomplete=\"new-password\"></label>"
        "<button>Create the administrator</button></form>";
    return html_page(status, "Set-up", body, setup_script);
}

}  // namespace

Reply welcome_page(Call&) {
    co_return html_page(
        200, "Welcome",
        "<h1>KingShare is running</h1>\n<p>Files are shared through its interface, which "
        "<a href=\"/api/openapi.yaml\">openapi.yaml</a> and <a href=\"/api/asyncapi.yaml\">asyncapi.yaml</a> describe.</p>");
}

Reply share_page(Call& call) {
    KS_CO_TRY(auto guest, co_await call.guest(true));
    auto view = co_await call.app.shares.look(call.captures[0], std::nullopt, guest);
    net::Response page;
    if (view) {
        page = html_page(200, view->file.filename, share_body(*view));
    } else if (view.error().code == ErrorCode::InvalidCredentials) {
        page = password_page(200, "");
    } else {
        KS_CO_TRY(page, error_page(view.error()));
    }
    if (!guest.new_cookie.empty() && page.status != 404) page.with("Set-Cookie", visit_cookie_header(guest, call.app));
    co_return page;
}

Reply share_password_form(Call& call) {
    auto given = co_await form_value(call, "password");
    if (!given) co_return error_page(given.error());
    std::string password = std::move(*given);
    KS_CO_TRY(auto guest, co_await call.guest(true));
    ShareAttempt attempt(call, call.captures[0], true);
    if (auto begun = attempt.begin(); !begun) {
        auto page = password_page(429, begun.error().message);
        co_return page.with("Retry-After", std::to_string(begun.error().retry_after->count()));
    }
    auto unlocked = co_await call.app.shares.look(call.captures[0], password, guest);
    attempt.end(unlocked);
    net::Response page{.status = 303};
    if (unlocked) {
        page.with("Location", "/s/" + call.captures[0]).with("Cache-Control", "no-store");
    } else {
        KS_CO_TRY(page, error_page(unlocked.error()));
    }
    if (!guest.new_cookie.empty()) page.with("Set-Cookie", visit_cookie_header(guest, call.app));
    co_return page;
}

Reply setup_page(Call&) { co_return setup_form_page(200, ""); }

Reply setup_form(Call& call) {
    if (!is_same_origin(call.request(), call.app.settings)) co_return fail(ErrorCode::Forbidden, "This request comes from another site");
    KS_CO_TRY(auto text, co_await call.exchange.read_all(16UL * 1024));
    KS_CO_TRY(auto form, net::parse_form(text));
    std::string code, username, password;
    for (auto& [name, value] : form) {
        if (name == "code") code = value;
        if (name == "username") username = value;
        if (name == "password") password = value;
    }
    auto made = co_await call.app.accounts.setup(code, username, password);
    if (!made) {
        if (facts(made.error().code).status >= 500) co_return tl::unexpected(std::move(made.error()));
        co_return setup_form_page(facts(made.error().code).status, made.error().message);
    }
    co_return html_page(200, "Set-up done",
                        "<h1>Done, " + html_escape(made->user.username) +
                            "</h1>\n<p>You are the administrator of this KingShare. Sign in with your name and password.</p>");
}

}  // namespace ks::api
