#include "base/crypto.h"

#include <gtest/gtest.h>

#include <set>

namespace ks {
namespace {

using namespace std::string_literals;

// Test vectors of RFC 4648 §10.
TEST(Base64, PadsInTheStandardAlphabet) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64("\xfb\xff\xfe"), "+//+");
}

TEST(Base64Url, DoesNotPadAndIsSafeInUrls) {
    EXPECT_EQ(base64url("f"), "Zg");
    EXPECT_EQ(base64url("fo"), "Zm8");
    EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
}

TEST(Base64Url, RoundTripsEveryByteAtEveryLength) {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(from_base64url(base64url(bytes)), bytes);
        bytes += static_cast<char>(i * 7);
    }
}

TEST(Base64Url, RefusesPaddingAndForeignCharacters) {
    for (auto* text : {"Zg==", "Zm8=", "+//+", "Zm 9v", "Zm9v\n", "Zm9v.", "Zm\xc3\xa9"}) EXPECT_FALSE(from_base64url(text)) << text;
    EXPECT_FALSE(from_base64url("Zm9\0"s));
}

TEST(Base64Url, RefusesNonCanonicalForms) {
    EXPECT_EQ(from_base64url("Zg"), "f");
    EXPECT_FALSE(from_base64url("Zh"));
    EXPECT_EQ(from_base64url("Zm8"), "fo");
    EXPECT_FALSE(from_base64url("Zm9"));
    EXPECT_FALSE(from_base64url("Z"));
    EXPECT_FALSE(from_base64url("Zm9vY"));
}

TEST(Hex, IsInLowerCase) { EXPECT_EQ(hex("\x00\x0f\xf0\xff"s), "000ff0ff"); }

// Example of FIPS 180-4 and test case 2 of RFC 4231.
TEST(Digests, AgreeWithTheStandards) {
    EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// Test cases 1 to 3 of RFC 4231, alternating: a cached key must not be used for another one.
TEST(Hmac, ChangesItsKeyWithTheKey) {
    for (int turn = 0; turn < 2; ++turn) {
        EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
                  "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        for (int again = 0; again < 2; ++again) {
            EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
                      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        }
        EXPECT_EQ(hex(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd'))),
                  "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    }
    EXPECT_EQ(hex(hmac_sha256("", "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hasher, IsTheSameInPieces) {
    Hasher pieces(HashKind::Sha256);
    pieces.update("a");
    Hasher moved = std::move(pieces);
    moved.update("");
    moved.update("bc");
    EXPECT_EQ(moved.finish(), sha256("abc"));
    EXPECT_EQ(Hasher(HashKind::Sha256).finish(), sha256(""));
    Hasher sha1_too(HashKind::Sha1);
    sha1_too.update("abc");
    EXPECT_EQ(sha1_too.finish(), sha1("abc"));
}

TEST(Hasher, ACopyGoesOnByItself) {
    Hasher first(HashKind::Sha256);
    first.update("a");
    Hasher second = first;
    first.update("bc");
    second.update("x");
    EXPECT_EQ(first.finish(), sha256("abc"));
    EXPECT_EQ(second.finish(), sha256("ax"));
}

TEST(EqualInConstantTime, ComparesLengthAndEveryByte) {
    EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
    EXPECT_FALSE(equal_in_constant_time("secret", "Secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secre"));
    EXPECT_FALSE(equal_in_constant_time("secret", ""));
    EXPECT_FALSE(equal_in_constant_time("a\0b"s, "a\0c"s));
}

TEST(RandomToken, IsAsLongAsAskedAndNewEachTime) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        auto token = random_token(16);
        EXPECT_EQ(from_base64url(token)->size(), 16U);
        EXPECT_TRUE(seen.insert(token).second);
    }
}

}  // namespace
}  // namespace ks
