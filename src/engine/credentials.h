#pragma once

#include "base/result.h"
#include "model/account.h"

#include <string>
#include <string_view>

namespace ks {

// The secrets that stand for a session: refresh tokens, the cookie ks_session, personal access tokens. Each is the session's id and the
// refresh token's generation under a MAC of the server's secret, so the database holds nothing that could be used, and an older refresh
// token is told from a forged one.
struct Credential {
    SessionKind kind;
    SessionId session;
    std::uint32_t generation = 0;
};

std::string seal(const Credential& credential, std::string_view secret);
Result<Credential> unseal(std::string_view text, std::string_view secret);  // INVALID_TOKEN

}  // namespace ks
