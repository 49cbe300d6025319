#include "edge/login_guard.h"

#include "base/log.h"
#include "edge/client_address.h"
#include "edge/security_log.h"

namespace ks {

LoginGuard::LoginGuard(RequestContext& call, std::string_view username)
    : call_(call),
      username_(clean_username(username).value_or("")),
      network_(network_of(call.address)),
      key_(username_ + "\n" + network_) {}

Result<void> LoginGuard::begin() {
    App& app = call_.app;
    Time now = app.clock.now();
    RateLimit* exceeded = !app.login_limiter.take(key_, now)         ? &app.login_limiter
                          : !app.login_addresses.take(network_, now) ? &app.login_addresses
                                                                     : nullptr;
    if (!exceeded) return {};
    log_rate_limit("sign-in", network_, now);
    return tl::unexpected(exceeded->refusal("Too many failed attempts"));
}

void LoginGuard::end(const char* what, bool succeeded) {
    if (succeeded) {
        call_.app.login_limiter.give_back(key_);
        call_.app.login_addresses.give_back(network_);
        log::info(what, {{"outcome", "success"}, {"user", username_}, {"address", call_.address}});
    } else {
        log::warning(what, {{"outcome", "failure"}, {"user", username_}, {"address", call_.address}});
    }
}

}  // namespace ks
