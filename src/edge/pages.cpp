// HTML pages: the application, and the pages that also work without JavaScript (share, first set-up).
#include "base/size.h"
#include "edge/api.h"
#include "edge/busy_share.h"
#include "edge/credentials.h"
#include "edge/page.h"
#include "edge/problem.h"
#include "edge/server_url.h"
#include "edge/share_password_guard.h"
#include "edge/site.h"

#include <fmt/format.h>

namespace ks::edge::api {

namespace {

std::string human_size(std::uint64_t bytes) {
    static constexpr const char* units[] = {"bytes", "KB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1000 && unit + 1 < std::size(units); ++unit) value /= 1000;
    return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string human_time(Time time) {
    std::string text = rfc3339(time);
    return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

net::Response share_html(int status, std::string_view title, const std::string& body, const PageData& facts = {}) {
    return html_page(status, "share.html", title, "<main class=\"leaf\"><div class=\"leaf-text\">\n" + body + "\n</div></main>", facts);
}

net::Response found_page(const engine::ShareView& view) {
    const Share& share = view.share;
    const File& file = view.file;
    PageData facts{{"page", "share"}, {"filename", file.filename}, {"size", std::to_string(file.size)}};
    facts.emplace_back("type", file.content_type);
    std::string body = "<h1>" + html_escape(file.filename) + "</h1>\n<p>This file was shared with you.</p>\n";
    body += "<ul class=\"leaf-facts\"><li>" + human_size(file.size) + "</li>";
    if (share.expires_at) {
        body += "<li>Available until " + human_time(*share.expires_at) + "</li>";
        facts.emplace_back("expires", rfc3339(*share.expires_at));
    }
    if (share.max_downloads) {
        auto left = std::to_string(*share.max_downloads - share.download_count - share.downloads_under_way);
        body += "<li>Downloads left: " + left + "</li>";
        facts.emplace_back("left", left);
    }
    body += "</ul>\n<a class=\"button primary wide\" href=\"/api/v1/public/shares/" + share.token + "/content\" download>Download</a>";
    return share_html(200, file.filename, body, facts);
}

net::Response password_page(int status, std::string_view complaint) {
    std::string body = "<h1>This file is protected</h1>\n";
    body += complaint.empty() ? "<p>Enter the password that you received with the link.</p>\n"
                              : "<p class=\"callout bad\" role=\"alert\">" + html_escape(complaint) + "</p>\n";
    body +=
        "<form method=\"post\" class=\"leaf-form\"><div class=\"field\"><label for=\"password\">Password</label>"
        "<input class=\"input\" type=\"password\" id=\"password\" name=\"password\" required autofocus autocomplete=\"off\"></div>"
        "<button class=\"button primary wide\">Open</button></form>";
    return share_html(status, "Protected file", body, {{"page", "password"}});
}

net::Response ended_page(const Error& error) {
    if (error.code == ErrorCode::Gone) {
        return share_html(410, "Link has ended",
                          "<h1>This link has ended</h1>\n<p>It has expired or reached its download limit. Ask the person who sent it for a "
                          "new one.</p>",
                          {{"page", "ended"}});
    }
    return share_html(404, "Not found",
                      "<h1>Link not found</h1>\n<p>Check that the link is complete, or ask the person who sent it to you.</p>",
                      {{"page", "unknown"}});
}

// Temporary: the page reloads periodically.
net::Response unavailable_page(const Error& error) {
    std::string seconds = std::to_string(error.retry_after.value_or(std::chrono::seconds(5)).count());
    auto page = share_html(
        503, "Temporarily unavailable",
        "<h1>Temporarily unavailable</h1>\n<p>" + html_escape(error.message) + ".</p>\n<p>This page checks again in a few seconds.</p>",
        {{"page", "busy"}});
    return page.with("Retry-After", seconds).with("Refresh", seconds);
}

// Returns a page for the errors that users can meet in a browser; passes others on.
Result<net::Response> error_page(const Error& error) {
    switch (error.code) {
        case ErrorCode::InvalidCredentials: return password_page(401, error.message);
        case ErrorCode::InvalidRequest:
        case ErrorCode::TooLarge:
            return share_html(error_info(error.code).status, "Invalid request",
                              "<h1>Invalid request</h1>\n<p>The form could not be read. Go back and try again.</p>");
        case ErrorCode::Gone:
        case ErrorCode::NotFound: return ended_page(error);
        case ErrorCode::Unavailable: return unavailable_page(error);
        default: return tl::unexpected(error);
    }
}

awaitable<Result<std::string>> form_value(RequestContext& call, std::string_view name) {
    KS_CO_TRY(auto text, co_await call.exchange.read_all(16_KiB));
    KS_CO_TRY(auto form, net::parse_form(text));
    for (auto& [key, value] : form) {
        if (key == name) co_return std::move(value);
    }
    co_return std::string();
}

// The application page with fallback content for browsers without JavaScript.
net::Response setup_html(int status, std::string_view title, const std::string& body) {
    return html_page(status, "index.html", title, "<main class=\"door-main\"><div class=\"door-form\">\n" + body + "\n</div></main>");
}

net::Response setup_form_page(int status, std::string_view complaint) {
    std::string body = "<h1>Welcome to KingShare</h1>\n";
    body += complaint.empty() ? "<p>Choose the username and password of the administrator.</p>\n"
                              : "<p class=\"callout bad\" role=\"alert\">" + html_escape(complaint) + "</p>\n";
    body +=
        "<form method=\"post\" class=\"door-form\"><div class=\"field\"><label for=\"code\">Set-up code (in the link after "
        "<code>#code=</code>)</label>"
        "<input class=\"input\" id=\"code\" name=\"code\" required autocomplete=\"off\"></div>"
        "<div class=\"field\"><label for=\"username\">Username</label>"
        "<input class=\"input\" id=\"username\" name=\"username\" required minlength=\"3\" maxlength=\"32\" "
        "autocomplete=\"username\"></div>"
        "<div class=\"field\"><label for=\"password\">Password</label>"
        "<input class=\"input\" type=\"password\" id=\"password\" name=\"password\" required minlength=\"8\" "
        "autocomplete=\"new-password\"></div>"
        "<button class=\"button primary wide\">Create the administrator</button></form>";
    return setup_html(status, "Set-up", body);
}

// A program opened the share link: sends the file itself, by the rules of the content route.
awaitable<Result<HandlerResponse>> content_behind_link(RequestContext& call) {
    auto answer = co_await public_content(call);
    if (!answer && answer.error().code == ErrorCode::InvalidCredentials && !call.share_password()) {
        answer.error().message = "This link requires a password: send it in the X-Share-Password header";
    }
    co_return answer;
}

}  // namespace

// Without any user, shows a hint to the set-up link instead.
HandlerResult application(RequestContext& call) {
    KS_CO_TRY(bool any_user, co_await call.app.users.any());
    if (any_user) co_return site_file(call.request(), "index.html", call.app.settings.prefix());
    std::string body =
        "<main class=\"door-main\"><h1>Set up your KingShare</h1>\n<p>No account exists yet. The link to create the administrator is in "
        "the output of the server at startup.</p>\n<p><a href=\"/setup\">I have the set-up code</a></p></main>";
    co_return html_page(200, "index.html", "Set-up", body, {{"page", "set-up"}});
}

HandlerResult asset(RequestContext& call) {
    auto file = site_file(call.request(), "assets/" + call.path_parameter("name"), call.app.settings.prefix());
    if (!file) co_return fail(ErrorCode::NotFound, "There is no such file");
    co_return std::move(*file);
}

HandlerResult share_page(RequestContext& call) {
    KS_CO_TRY(auto guest, co_await call.guest(call.path_parameter("share_token"), RequestContext::NewCookie::IfNone));
    bool is_preview = guest.robot && call.request().method != "HEAD";
    if (!is_preview && !asks_for_page(call.request())) co_return co_await content_behind_link(call);
    auto view = co_await look_at_share(call, call.path_parameter("share_token"), std::nullopt, guest);
    net::Response page;
    if (view) {
        page = found_page(*view);
    } else if (view.error().code == ErrorCode::InvalidCredentials) {
        page = password_page(200, "");
    } else {
        KS_CO_TRY(page, error_page(view.error()));
    }
    if (page.status != 404) set_visit_cookie(call, guest, page);
    co_return page;
}

net::Response share_page_refused(const Error& error) {
    auto page = share_html(error_info(error.code).status, "Too many requests",
                           "<h1>Too many requests</h1>\n<p>" + html_escape(error.message) + ".</p>");
    return page.with("Retry-After", std::to_string(error.retry_after.value_or(std::chrono::seconds(1)).count()));
}

HandlerResult share_password_form(RequestContext& call) {
    auto given = co_await form_value(call, "password");
    if (!given) co_return error_page(given.error());
    std::string password = std::move(*given);
    KS_CO_TRY(auto guest, co_await call.guest(call.path_parameter("share_token"), RequestContext::NewCookie::Always));
    SharePasswordGuard attempt(call, call.path_parameter("share_token"), true);
    auto begun = co_await attempt.begin();
    if (!begun) {
        auto page = password_page(429, begun.error().message);
        co_return page.with("Retry-After", std::to_string(begun.error().retry_after->count()));
    }
    auto unlocked = co_await call.app.shares.open_share(call.path_parameter("share_token"), password, guest);
    attempt.end(unlocked);
    net::Response page{.status = 303};
    if (unlocked) {
        page.with("Location", "/s/" + call.path_parameter("share_token")).with("Cache-Control", "no-store");
        set_visit_cookie(call, guest, page);
    } else {
        KS_CO_TRY(page, error_page(unlocked.error()));
    }
    co_return page;
}

HandlerResult setup_page(RequestContext&) { co_return setup_form_page(200, ""); }

HandlerResult setup_form(RequestContext& call) {
    if (!is_same_origin(call)) co_return from_another_site();
    KS_CO_TRY(auto text, co_await call.exchange.read_all(16_KiB));
    KS_CO_TRY(auto form, net::parse_form(text));
    std::string code, username, password;
    for (auto& [name, value] : form) {
        if (name == "code") code = value;
        if (name == "username") username = value;
        if (name == "password") password = value;
    }
    auto made = co_await call.app.registration.setup(code, username, password);
    if (!made) {
        if (error_info(made.error().code).status >= 500) co_return tl::unexpected(std::move(made.error()));
        co_return setup_form_page(error_info(made.error().code).status, made.error().message);
    }
    co_return setup_html(200, "Set-up complete",
                         "<h1>Welcome, " + html_escape(made->user.username) +
                             "</h1>\n<p>You are the administrator of this KingShare. Sign in with your username and password.</p>");
}

}  // namespace ks::edge::api
