#pragma once

#include "base/result.h"
#include "model/account.h"

#include <string>
#include <string_view>

namespace ks::engine {

// Session credentials: refresh tokens, the ks_session cookie and personal access tokens. Each is the session id and the refresh generation,
// authenticated by a MAC under the server's secret. The database therefore stores nothing that could be replayed, and a rotated refresh
// token is distinguishable from a forged one.
struct Credential {
    SessionKind kind;
    SessionId session;
    std::uint32_t generation = 0;
};

std::string seal(const Credential& credential, std::string_view secret);
Result<Credential> unseal(std::string_view text, std::string_view secret);  // INVALID_TOKEN

}  // namespace ks::engine
