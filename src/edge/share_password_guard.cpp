#include "edge/share_password_guard.h"

#include "base/log.h"
#include "edge/client_address.h"
#include "edge/security_log.h"

namespace ks::edge {

namespace {

awaitable<void> warn(engine::Shares& shares, std::string share_token) {
    auto warned = co_await shares.warn_of_guesses(std::move(share_token));
    if (warned) log::warning("too many wrong share passwords; owner notified");
}

}  // namespace

SharePasswordGuard::SharePasswordGuard(RequestContext& call, const std::string& share_token, bool gives_password)
    : app_(call.app),
      now_(call.app.clock.now()),
      share_token_(share_token),
      network_(network_of(call.address)),
      key_(share_token + "\n" + network_),
      loop_(call.exchange.loop()),
      gives_password_(gives_password) {}

awaitable<Result<void>> SharePasswordGuard::begin() {
    if (!gives_password_) co_return Result<void>{};
    KS_CO_TRY(auto exceeded, co_await app_.share_passwords.take(key_, share_token_, now_));
    if (exceeded == GuessLimit::Exceeded::None) co_return Result<void>{};
    bool from_everywhere = exceeded == GuessLimit::Exceeded::Wide;
    log_rate_limit(from_everywhere ? "share passwords from all addresses" : "share passwords", network_, now_);
    if (from_everywhere) warn_owner();
    co_return tl::unexpected(
        app_.share_passwords.refusal(exceeded, from_everywhere ? "Too many wrong passwords for this link" : "Too many wrong passwords"));
}

void SharePasswordGuard::log_wrong_password() const { log::warning("wrong share password", {{"address", network_}}); }

void SharePasswordGuard::warn_owner() {
    if (!app_.share_password_warnings.take(share_token_, now_)) return;
    spawn(app_.realtime.loops().loop(loop_).get_executor(), warn(app_.shares, share_token_), "warning");
}

void SharePasswordGuard::refund() { app_.share_passwords.refund(key_, share_token_); }

}  // namespace ks::edge
