#include "base/log.h"
#include "edge/api.h"
#include "edge/content.h"
#include "edge/security_headers.h"
#include "edge/share_attempt.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace ks::api {

namespace {

// The end of a counted download is kept, however long the database refuses: else the share would wait for it until the next start.
awaitable<void> keep_end(Shares& shares, Download download, Guest guest, bool complete) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    while (true) {
        auto ended = co_await shares.end_download(download, guest, complete);
        if (ended) co_return;
        log::error("the end of a download could not be kept; trying again", {{"reason", ended.error().detail}});
        pause.expires_after(std::chrono::seconds(1));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

}  // namespace

Reply public_share(Call& call) {
    KS_CO_TRY(auto guest, co_await call.guest(true));
    ShareAttempt attempt(call, call.captures[0], call.share_password().has_value());
    KS_CO_CHECK(attempt.begin());
    auto view = co_await call.app.shares.look(call.captures[0], call.share_password(), guest);
    attempt.end(view);
    if (!view) co_return tl::unexpected(std::move(view.error()));
    JsonWriter body;
    body.add("share_id", view->share.id.text()).add("file_id", view->file.id.text()).add("filename", view->file.filename);
    body.add("size", view->file.size).add("content_type", view->file.content_type).add("expires_at", view->share.expires_at);
    body.add("has_password", !view->share.password_hash.empty());
    auto response = json_answer(200, body.text());
    if (!guest.new_cookie.empty()) response.with("Set-Cookie", visit_cookie_header(guest, call.app));
    co_return response;
}

Reply public_content(Call& call) {
    KS_CO_TRY(auto guest, co_await call.guest(false));
    ShareAttempt attempt(call, call.captures[0], call.share_password().has_value());
    KS_CO_CHECK(attempt.begin());
    bool head = call.request().method == "HEAD";
    auto peek = co_await call.app.shares.peek(call.captures[0], call.share_password(), guest);
    attempt.end(peek);
    if (!peek) co_return tl::unexpected(std::move(peek.error()));
    ContentPlan plan = plan_content(call.request(), peek->file, call.target.parameter("inline") == "1");
    bool sends = !head && plan.sends_content();
    std::unique_ptr<BlobReader> blob;
    if (sends) {
        KS_CO_TRY(blob, co_await call.app.files.content(peek->file));
    }
    KS_CO_TRY(auto download, co_await call.app.shares.begin_download(*peek, guest, plan.from_start(), !sends));
    if (!sends) co_return std::move(plan.response);
    plan.response.file = net::FileBody{blob->descriptor(), plan.offset, plan.length};
    plan.response.until_received = download.counted;
    add_security_headers(plan.response);
    bool complete = co_await call.exchange.send(std::move(plan.response));
    co_await keep_end(call.app.shares, std::move(download), guest, complete);
    co_return std::nullopt;
}

}  // namespace ks::api
