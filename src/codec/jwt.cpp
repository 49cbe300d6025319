#include "codec/jwt.h"

#include "base/crypto.h"
#include "codec/json.h"

#include <array>

namespace ks::codec {

namespace {

constexpr std::size_t max_token_bytes = 4096;
constexpr std::string_view issuer = "kingshare";
constexpr double year_10000 = 253'402'300'800;         // other issuers encode "never" as the end of 9999
constexpr auto clock_skew = std::chrono::seconds(60);  // tolerance for nbf and iat of other issuers; none for exp

Result<JsonObject> decode_part(std::string_view part) {
    auto text = from_base64url(part);
    if (!text) return fail(ErrorCode::InvalidToken, "The token is not a JWT");
    return JsonObject::parse(*text);
}

Result<std::optional<Time>> date_claim(const JsonObject& claims, std::string_view name) {
    KS_TRY(auto seconds, claims.optional_number(name));
    if (!seconds) return std::nullopt;
    if (!(*seconds >= 0 && *seconds < year_10000)) return fail(ErrorCode::InvalidToken);
    return from_millis(static_cast<std::int64_t>(*seconds * 1000));
}

// RFC 7519 §2, in eighths of a second: whole seconds would change a token's lifetime, and eighths are exact in binary, so that exp - iat is
// the lifetime.
std::string numeric_date(Time time) {
    static constexpr std::array<std::string_view, 8> fractions{"", ".125", ".25", ".375", ".5", ".625", ".75", ".875"};
    auto eighths = static_cast<std::uint64_t>(to_millis(time)) / 125;
    return std::to_string(eighths / 8).append(fractions[eighths % 8]);
}

Result<Claims> read_claims(const JsonObject& body, Time now, Expired expired) {
    KS_TRY(auto subject, body.string("sub"));
    KS_TRY(auto expires_at, date_claim(body, "exp"));
    KS_TRY(auto not_before, date_claim(body, "nbf"));
    KS_TRY(auto issued_at, date_claim(body, "iat"));
    KS_TRY(auto iss, body.optional_string("iss"));
    KS_TRY(auto sid, body.optional_string("sid"));
    auto user = UserId::parse(subject);
    if (!user) return fail(ErrorCode::InvalidToken, "The token's \"sub\" must be a user id");
    if (!expires_at) return fail(ErrorCode::InvalidToken, "The token must have an \"exp\"");
    if (*expires_at <= now && expired == Expired::Refused) return fail(ErrorCode::InvalidToken, "The token has expired");
    if (not_before && *not_before > now + clock_skew) return fail(ErrorCode::InvalidToken, "The token is not valid yet");
    if (issued_at && *issued_at > now + clock_skew) return fail(ErrorCode::InvalidToken, "The token's \"iat\" is in the future");
    if (body.has("iss") && iss != issuer) return fail(ErrorCode::InvalidToken, "The token's \"iss\" must be kingshare");
    auto session = sid ? SessionId::parse(*sid) : std::nullopt;
    if (body.has("sid") && !session) return fail(ErrorCode::InvalidToken, "The token's \"sid\" must be a session id");
    return Claims{*user, session, issued_at, *expires_at};
}

Result<Claims> verify(std::string_view token, std::string_view secret, Time now, Expired expired) {
    auto first = token.find('.');
    auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (token.size() > max_token_bytes || second == std::string_view::npos) return fail(ErrorCode::InvalidToken, "The token is not a JWT");
    auto signature = from_base64url(token.substr(second + 1));
    if (!signature || !equal_in_constant_time(*signature, hmac_sha256(secret, token.substr(0, second)))) {
        return fail(ErrorCode::InvalidToken, "The token's signature is invalid");
    }
    KS_TRY(auto header, decode_part(token.substr(0, first)));
    KS_TRY(auto algorithm, header.string("alg"));
    if (algorithm != "HS256" || header.has("crit"))
        return fail(ErrorCode::InvalidToken, "The token must be signed with HS256 and must not have \"crit\"");
    KS_TRY(auto body, decode_part(token.substr(first + 1, second - first - 1)));
    return read_claims(body, now, expired);
}

}  // namespace

std::string sign_jwt(const Claims& claims, std::string_view secret) {
    JsonWriter body;
    body.add("iss", issuer).add("sub", claims.subject.text()).add("jti", random_token(12));
    if (claims.session) body.add("sid", claims.session->text());
    if (claims.issued_at) body.raw("iat", numeric_date(*claims.issued_at));
    body.raw("exp", numeric_date(claims.expires_at));
    std::string signed_part = base64url(R"({"alg":"HS256","typ":"JWT"})") + "." + base64url(body.text());
    return signed_part + "." + base64url(hmac_sha256(secret, signed_part));
}

Result<Claims> verify_jwt(std::string_view token, std::string_view secret, Time now, Expired expired) {
    auto claims = verify(token, secret, now, expired);
    if (!claims)
        return fail(ErrorCode::InvalidToken,
                    claims.error().code == ErrorCode::InvalidToken ? claims.error().message : "The token is not a JWT");
    return claims;
}

}  // namespace ks::codec
