#include "adapters/s3/signer.h"

#include "base/crypto.h"

#include <gtest/gtest.h>

namespace ks::s3 {
namespace {

// The examples of AWS, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk".
constexpr const char* example_host = "examplebucket.s3.amazonaws.com";

std::string signature_of(std::string_view method, std::string_view path, const Query& query, Headers headers, std::string_view body = {}) {
    Signer signer({"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, "us-east-1");
    headers["host"] = example_host;
    Time now = *parse_rfc3339("2013-05-24T00:00:00Z");
    signer.sign(method, path, canonical_query(query), hex(sha256(body)), now, headers);
    EXPECT_EQ(headers["x-amz-date"], "20130524T000000Z");
    std::string authorization = headers["authorization"];
    EXPECT_TRUE(authorization.starts_with(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;"))
        << authorization;
    return authorization.substr(authorization.rfind('=') + 1);
}

TEST(Signer, SignsAGetOfARange) {
    EXPECT_EQ(signature_of("GET", "/test.txt", {}, {{"range", "bytes=0-9"}}),
              "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(Signer, SignsAPutWithItsBody) {
    Headers headers{{"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
    Signer signer({"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, "us-east-1");
    headers["host"] = example_host;
    signer.sign("PUT", "/test%24file.text", "", hex(sha256("Welcome to Amazon S3.")), *parse_rfc3339("2013-05-24T00:00:00Z"), headers);
    EXPECT_TRUE(headers["authorization"].ends_with("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(Signer, SignsAParameterWithoutAValue) {
    EXPECT_EQ(signature_of("GET", "/", {{"lifecycle", ""}}, {}), "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST(Signer, SignsSortedParameters) {
    EXPECT_EQ(signature_of("GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, {}),
              "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

// The example of AWS, "Authenticating Requests: Using Query Parameters".
TEST(Signer, PresignsAGet) {
    Signer signer({"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, "us-east-1");
    Time now = *parse_rfc3339("2013-05-24T00:00:00Z");
    EXPECT_EQ(signer.presign("GET", "/test.txt", {}, example_host, now, std::chrono::seconds(86'400)),
              "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
              "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
              "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST(Signer, AnotherDayHasAnotherKey) {
    Signer signer({"id", "secret"}, "us-east-1");
    auto sign = [&signer](const char* now) {
        Headers headers{{"host", "localhost"}};
        signer.sign("GET", "/", "", hex(sha256("")), *parse_rfc3339(now), headers);
        return headers["authorization"];
    };
    std::string first = sign("2026-01-01T23:59:59Z");
    EXPECT_NE(sign("2026-01-02T00:00:00Z").substr(90), first.substr(90));
    EXPECT_EQ(sign("2026-01-01T23:59:59Z"), first);
}

TEST(Signer, QueriesAreEncoded) {
    EXPECT_EQ(canonical_query({{"prefix", "a b/c=é~"}, {"uploads", ""}}), "prefix=a%20b%2Fc%3D%C3%A9~&uploads=");
    EXPECT_EQ(canonical_query({}), "");
}

}  // namespace
}  // namespace ks::s3
