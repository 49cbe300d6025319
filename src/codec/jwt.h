#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "model/account.h"

#include <optional>
#include <string>
#include <string_view>

namespace ks::codec {

// Claims of an access token (RFC 7519), issued by us or accepted from other issuers.
struct Claims {
    UserId subject;
    std::optional<SessionId> session{};  // absent in tokens of other issuers
    std::optional<Time> issued_at{};
    Time expires_at{};
};

std::string sign_jwt(const Claims& claims, std::string_view secret);  // HS256, iss: kingshare, a unique jti

// Verifies a token by the checks of RFC 8725: algorithm pinned to HS256, signature before content, size bounded, `sub` (a user id) and
// `exp` required, `nbf` and `iat` respected, `iss` kingshare or absent, any `crit` rejected. Errors: INVALID_TOKEN.
enum class Expired : std::uint8_t { Refused, Allowed };
Result<Claims> verify_jwt(std::string_view token, std::string_view secret, Time now, Expired expired = Expired::Refused);

}  // namespace ks::codec
