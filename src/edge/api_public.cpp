#include "base/log.h"
#include "edge/api.h"
#include "edge/responses.h"
#include "edge/busy_share.h"
#include "edge/content.h"
#include "edge/download_watch.h"
#include "edge/send_content.h"
#include "edge/share_password_guard.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace ks::edge::api {

namespace {

// Records the end of a request, retrying until the database accepts it. Otherwise the download would hold its reservation until the next
// start.
awaitable<bool> keep_end(engine::Downloads& downloads, engine::DownloadTicket ticket, SentRange sent) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    while (true) {
        auto over = co_await downloads.end(ticket, sent);
        if (over) co_return *over;
        log::error("saving the end of a download failed; retrying", {{"reason", over.error().detail}});
        pause.expires_after(std::chrono::seconds(1));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

// Waits for the database for a minute.
awaitable<Result<void>> confirm_last_piece(engine::Downloads& downloads, DownloadRequestId request, SentRange range) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    const auto deadline = Steady::now() + std::chrono::minutes(1);
    while (true) {
        auto confirmed = co_await downloads.confirm_last_piece(request, range);
        bool waits = !confirmed && confirmed.error().code == ErrorCode::Unavailable && Steady::now() < deadline;
        if (!waits) co_return confirmed;
        pause.expires_after(std::chrono::seconds(1));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

// Sends the content and records how many bytes were handed to the network. Errors: those of send_content().
awaitable<Result<void>> send_counted(RequestContext& call, engine::DownloadTicket ticket, ContentPlan plan, const BlobReader& blob) {
    auto executor = co_await asio::this_coro::executor;
    SentRange sent{plan.offset};
    DownloadId id = ticket.download->id;
    DownloadWatch watch(call.app, call.exchange, ticket, executor);
    plan.response.until_handed_over = true;
    BeforeLastPiece before_last;
    if (call.app.downloads.is_settled_by_others()) {
        before_last = [&downloads = call.app.downloads, request = ticket.request, range = SentRange{plan.offset, plan.length}] {
            return confirm_last_piece(downloads, request, range);
        };
    }
    auto outcome = co_await send_content(call, std::move(plan), blob, std::move(before_last));
    sent.length = watch.finish();
    if (co_await keep_end(call.app.downloads, std::move(ticket), sent)) forget_download(call.app, id);
    co_return outcome;
}

}  // namespace

HandlerResult public_share(RequestContext& call) {
    auto new_cookie = call.share_password() ? RequestContext::NewCookie::Always : RequestContext::NewCookie::IfNone;
    KS_CO_TRY(auto guest, co_await call.guest(call.path_parameter("share_token"), new_cookie));
    SharePasswordGuard attempt(call, call.path_parameter("share_token"), call.share_password().has_value());
    KS_CO_CHECK(co_await attempt.begin());
    auto view = co_await look_at_share(call, call.path_parameter("share_token"), call.share_password(), guest);
    attempt.end(view);
    if (!view) co_return tl::unexpected(std::move(view.error()));
    codec::JsonWriter body;
    body.add("share_id", view->share.id.text()).add("file_id", view->file.id.text()).add("filename", view->file.filename);
    body.add("size", view->file.size).add("content_type", view->file.content_type).add("expires_at", view->share.expires_at);
    body.add("has_password", !view->share.password_hash.empty());
    auto response = json_answer(200, body.text());
    set_visit_cookie(call, guest, response);
    co_return response;
}

HandlerResult public_content(RequestContext& call) {
    const std::string& token = call.path_parameter("share_token");
    KS_CO_TRY(auto guest, co_await call.guest(token, RequestContext::NewCookie::No));
    SharePasswordGuard attempt(call, token, call.share_password().has_value());
    KS_CO_CHECK(co_await attempt.begin());
    bool head = call.request().method == "HEAD";
    auto view = co_await call.app.shares.authorize_download(token, call.share_password(), guest);
    attempt.end(view);
    if (!view) co_return tl::unexpected(std::move(view.error()));
    ContentPlan plan = plan_content(call.request(), view->file, call.target.parameter("inline") == "1");
    KS_CO_CHECK(co_await add_charset(plan, call.app.files, view->file));
    bool sends = !head && plan.sends_content();
    std::unique_ptr<BlobReader> blob;
    if (sends) {
        KS_CO_TRY(blob, co_await call.app.files.content(view->file));
    }
    engine::ContentRequest request{.ranged = plan.response.status == 206, .from_start = plan.from_start(), .head = !sends};
    auto ticket = co_await begin_download(call, *view, guest, request);
    if (!ticket) {
        if (ticket.error().code == ErrorCode::Unavailable) note_refusal(call.app, view->share.id);
        co_return tl::unexpected(std::move(ticket.error()));
    }
    if (!sends) co_return std::move(plan.response);
    if (ticket->download) {
        KS_CO_CHECK(co_await send_counted(call, std::move(*ticket), std::move(plan), *blob));
    } else {
        KS_CO_CHECK(co_await send_content(call, std::move(plan), *blob));
    }
    co_return std::nullopt;
}

}  // namespace ks::edge::api
