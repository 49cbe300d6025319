#include "base/log.h"
#include "edge/api.h"
#include "edge/content.h"

namespace ks::api {

namespace {

// A call with a password counts against the rate of guesses at this share from this address until it turns out to be right.
class Attempt {
public:
    explicit Attempt(Call& call) : call_(call), key_(call.captures[0] + "\n" + call.address), given_(call.share_password().has_value()) {}

    Result<void> begin() {
        if (!given_ || call_.app.share_passwords.take(key_, call_.app.clock.now())) return {};
        auto wait = std::chrono::ceil<std::chrono::seconds>(call_.app.share_passwords.retry_after());
        auto error = fail(ErrorCode::RateLimited, "Too many wrong passwords; try again in " + std::to_string(wait.count()) + " seconds");
        error.value().retry_after = wait;
        return error;
    }
    template <class Outcome>
    void end(const Outcome& outcome) {
        if (given_ && (outcome || outcome.error().code != ErrorCode::InvalidCredentials)) call_.app.share_passwords.give_back(key_);
    }

private:
    Call& call_;
    const std::string key_;
    const bool given_;
};

}  // namespace

Reply public_share(Call& call) {
    KS_CO_TRY(auto guest, co_await call.guest(true));
    Attempt attempt(call);
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
    Attempt attempt(call);
    KS_CO_CHECK(attempt.begin());
    bool head = call.request().method == "HEAD";
    auto peek = co_await call.app.shares.peek(call.captures[0], call.share_password(), guest);
    attempt.end(peek);
    if (!peek) co_return tl::unexpected(std::move(peek.error()));
    ContentPlan plan = plan_content(call.request(), peek->file, call.target.parameter("inline") == "1");
    KS_CO_TRY(auto download, co_await call.app.shares.begin_download(*peek, guest, plan.from_start(), head || !plan.sends_content()));
    if (head || !plan.sends_content()) co_return std::move(plan.response);
    auto blob = co_await call.app.files.content(peek->file.id);
    bool complete = false;
    if (blob) {
        plan.response.file = net::FileBody{(*blob)->descriptor(), plan.offset, plan.length};
        complete = co_await call.exchange.send(std::move(plan.response));
    }
    auto ended = co_await call.app.shares.end_download(std::move(download), guest, complete);
    if (!ended) log::error("the end of a download could not be kept", {{"reason", ended.error().detail}});
    if (!blob) co_return tl::unexpected(std::move(blob.error()));
    co_return std::nullopt;
}

}  // namespace ks::api
