#include "codec/jwt.h"

#include "base/crypto.h"
#include "codec/json.h"

#include <gtest/gtest.h>

namespace ks::codec {
namespace {

const std::string secret = "0123456789abcdef0123456789abcdef";
const Time now = from_millis(1'800'000'000'000);
const UserId user = UserId::make();
const std::string good_header = R"({"alg":"HS256","typ":"JWT"})";

std::string signed_with(std::string_view header, std::string_view body, std::string_view key = secret) {
    auto input = base64url(header) + "." + base64url(body);
    return input + "." + base64url(hmac_sha256(key, input));
}

// A payload with a valid sub, followed by `rest`.
std::string body(const std::string& rest) { return R"({"sub":")" + user.text() + "\"" + (rest.empty() ? "" : "," + rest) + "}"; }
std::string token(const std::string& rest) { return signed_with(good_header, body(rest)); }
std::string at(Duration from_now) { return std::to_string(to_millis(now + from_now) / 1000); }
const std::string good_exp = "\"exp\":" + at(std::chrono::minutes(1));

void expect_refused(std::string_view text) {
    auto claims = verify_jwt(text, secret, now);
    ASSERT_FALSE(claims) << text;
    EXPECT_EQ(claims.error().code, ErrorCode::InvalidToken) << text;
}

void expect_good(std::string_view text) {
    auto claims = verify_jwt(text, secret, now);
    ASSERT_TRUE(claims) << text << ": " << claims.error().message;
    EXPECT_EQ(claims->subject, user);
}

TEST(Jwt, RoundTrips) {
    Claims claims{user, SessionId::make(), now, now + std::chrono::minutes(15)};
    auto read = verify_jwt(sign_jwt(claims, secret), secret, now);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->subject, claims.subject);
    EXPECT_EQ(read->session, claims.session);
    EXPECT_EQ(read->issued_at, claims.issued_at);
    EXPECT_EQ(read->expires_at, claims.expires_at);
}

TEST(Jwt, LivesAsLongAsWasSaid) {
    for (int millis : {0, 1, 124, 125, 500, 999}) {
        Time begin = now + Duration(millis), end = begin + std::chrono::seconds(1);
        auto read = verify_jwt(sign_jwt({user, SessionId::make(), begin, end}, secret), secret, begin);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->expires_at - *read->issued_at, std::chrono::seconds(1));
        EXPECT_LE(read->expires_at, end);
        EXPECT_GT(read->expires_at, end - Duration(125));
    }
}

TEST(Jwt, CarriesTheContractsClaims) {
    auto text = sign_jwt({user, SessionId::make(), now, now + std::chrono::minutes(15)}, secret);
    auto first = text.find('.');
    auto claims = JsonObject::parse(*from_base64url(text.substr(first + 1, text.rfind('.') - first - 1)));
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->string("iss").value(), "kingshare");
    for (auto* name : {"sub", "exp", "iat", "jti", "sid"}) EXPECT_TRUE(claims->has(name)) << name;
    EXPECT_EQ(JsonObject::parse(*from_base64url(text.substr(0, first)))->string("alg").value(), "HS256");
    EXPECT_NE(text, sign_jwt({user, SessionId::make(), now, now + std::chrono::minutes(15)}, secret));
}

TEST(Jwt, OfAnotherProgramNeedsSubAndExpAlone) {
    expect_good(token(good_exp));
    expect_good(token(good_exp + R"(,"iss":"kingshare","aud":"any","role":"admin","deep":{"a":[1]})"));
    EXPECT_FALSE(verify_jwt(token(good_exp), secret, now)->session);
}

TEST(Jwt, RefusesAlgNoneAndEveryOther) {
    expect_refused(base64url(R"({"alg":"none"})") + "." + base64url(body(good_exp)) + ".");
    for (auto* header :
         {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"HS384"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})", R"({"alg":"hs256"})",
          R"({"alg":""})", R"({"alg":null})", R"({"alg":["HS256"]})", R"({"typ":"JWT"})", "{}", "[]", ""}) {
        expect_refused(signed_with(header, body(good_exp)));
    }
}

TEST(Jwt, RefusesAWrongSignature) {
    expect_refused(signed_with(good_header, body(good_exp), secret + "x"));
    expect_refused(signed_with(good_header, body(good_exp), ""));
    auto good = token(good_exp);
    auto dot = good.rfind('.');
    expect_refused(good.substr(0, dot + 1));
    expect_refused(good.substr(0, dot));
    expect_refused(good.substr(0, dot + 1) + base64url(std::string(32, '\0')));
    for (std::size_t i : {std::size_t{3}, good.find('.') + 4, dot + 1}) {
        auto changed = good;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        expect_refused(changed);
    }
}

TEST(Jwt, RefusesNonCanonicalBase64) {
    auto good = token(good_exp);
    static const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    auto same_bytes = good;
    same_bytes.back() = alphabet[alphabet.find(good.back()) + 1];
    expect_refused(same_bytes);
    expect_refused(good + "=");
    expect_refused(good + "\n");
    auto input = base64url(good_header) + "=." + base64url(body(good_exp));
    expect_refused(input + "." + base64url(hmac_sha256(secret, input)));
}

TEST(Jwt, RefusesWhatHasNotThreeParts) {
    expect_refused("");
    expect_refused(".");
    expect_refused("..");
    expect_refused(token(good_exp) + ".");
    expect_refused(token(good_exp) + ".AAAA");
    expect_refused("a.b");
}

TEST(Jwt, RefusesATokenWithoutExp) {
    expect_refused(token(""));
    expect_refused(token("\"exp\":null"));
}

TEST(Jwt, RefusesATokenFromItsExpOn) {
    expect_good(token("\"exp\":" + at(std::chrono::seconds(1))));
    expect_refused(token("\"exp\":" + at(Duration(0))));
    expect_refused(token("\"exp\":" + at(std::chrono::seconds(-1))));
}

TEST(Jwt, RefusesATokenWhoseSubIsNoUserId) {
    expect_refused(signed_with(good_header, "{" + good_exp + "}"));
    for (auto* sub : {"null", "5", "\"\"", "\"alice\"", "{}"}) {
        expect_refused(signed_with(good_header, "{\"sub\":" + std::string(sub) + "," + good_exp + "}"));
    }
}

TEST(Jwt, RespectsNbfAndIatWithinAMinutesSkew) {
    for (std::string claim : {"nbf", "iat"}) {
        auto with = [&](Duration from_now) { return token("\"exp\":" + at(std::chrono::hours(1)) + ",\"" + claim + "\":" + at(from_now)); };
        expect_good(with(std::chrono::hours(-1)));
        expect_good(with(std::chrono::seconds(60)));
        expect_refused(with(std::chrono::seconds(61)));
    }
}

TEST(Jwt, RefusesAnotherIssuer) {
    for (auto* iss : {"\"evil\"", "\"\"", "\"KingShare\"", "null", "[\"kingshare\"]", "5"}) {
        expect_refused(token(good_exp + ",\"iss\":" + iss));
    }
}

TEST(Jwt, RefusesASidThatIsNone) {
    for (auto* sid : {"\"session\"", "5", "null"}) expect_refused(token(good_exp + ",\"sid\":" + sid));
}

TEST(Jwt, RefusesAnyCrit) {
    for (auto* crit : {R"(["b64"])", "[]", "null"}) {
        expect_refused(signed_with(R"({"alg":"HS256","b64":true,"crit":)" + std::string(crit) + "}", body(good_exp)));
    }
}

TEST(Jwt, RefusesTimesThatAreNoneOrOutOfRange) {
    for (auto* time :
         {"-1", "253402300800", "1e300", "1e400", "18446744073709551615", "99999999999999999999999", "\"1900000000\"", "true", "{}"}) {
        expect_refused(token("\"exp\":" + std::string(time)));
        expect_refused(token(good_exp + ",\"nbf\":" + time));
        expect_refused(token(good_exp + ",\"iat\":" + time));
    }
    expect_good(token("\"exp\":253402300799"));
    expect_good(token("\"exp\":1900000000.5"));
}

TEST(Jwt, IsBoundedInSizeAndDepth) {
    std::size_t longest = 0, shortest_refused = 0;
    for (std::size_t padding = 2800; padding < 3000; ++padding) {
        auto text = token(good_exp + ",\"pad\":\"" + std::string(padding, 'x') + "\"");
        if (verify_jwt(text, secret, now)) {
            longest = text.size();
        } else if (!shortest_refused) {
            shortest_refused = text.size();
        }
    }
    EXPECT_LE(longest, 4096U);
    EXPECT_GT(longest, 4092U);
    EXPECT_GT(shortest_refused, 4096U);
    expect_refused(token(good_exp + ",\"deep\":" + std::string(40, '[') + std::string(40, ']')));
}

}  // namespace
}  // namespace ks::codec
