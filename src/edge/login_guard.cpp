#include "edge/login_guard.h"

#include "base/log.h"
#include "edge/client_address.h"
#include "edge/security_log.h"

namespace ks::edge {

LoginGuard::LoginGuard(RequestContext& call, std::string_view username)
    : call_(call),
      username_(clean_username(username).value_or("")),
      network_(network_of(call.address)),
      key_(username_ + "\n" + network_) {}

awaitable<Result<void>> LoginGuard::begin() {
    GuessLimit& limit = call_.app.account_passwords;
    Time now = call_.app.clock.now();
    KS_CO_TRY(auto exceeded, co_await limit.take(key_, network_, now));
    if (exceeded == GuessLimit::Exceeded::None) co_return Result<void>{};
    log_rate_limit("sign-in", network_, now);
    co_return tl::unexpected(limit.refusal(exceeded, "Too many failed attempts"));
}

void LoginGuard::end(const char* what, bool succeeded) {
    if (succeeded) {
        call_.app.account_passwords.refund(key_, network_);
        log::info(what, {{"outcome", "success"}, {"user", username_}, {"address", call_.address}});
    } else {
        log::warning(what, {{"outcome", "failure"}, {"user", username_}, {"address", call_.address}});
    }
}

}  // namespace ks::edge
