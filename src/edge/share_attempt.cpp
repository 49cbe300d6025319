#include "edge/share_attempt.h"

#include "edge/client_address.h"

namespace ks {

ShareAttempt::ShareAttempt(Call& call, const std::string& share_token, bool gives_password)
    : limit_(call.app.share_passwords),
      now_(call.app.clock.now()),
      key_(share_token + "\n" + network_of(call.address)),
      gives_password_(gives_password) {}

Result<void> ShareAttempt::begin() {
    if (gives_password_ && !limit_.take(key_, now_)) return tl::unexpected(limit_.refusal("Too many wrong passwords"));
    return {};
}

}  // namespace ks
