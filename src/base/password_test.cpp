#include "base/password.h"

#include <gtest/gtest.h>

namespace ks {
namespace {

using namespace std::string_literals;

TEST(Password, MatchesItsOwnHashAlone) {
    auto hash = hash_password("correct horse");
    EXPECT_TRUE(password_matches("correct horse", hash));
    EXPECT_FALSE(password_matches("correct horsE", hash));
    EXPECT_FALSE(password_matches("correct horse ", hash));
    EXPECT_FALSE(password_matches("", hash));
}

TEST(Password, IsKeptAsArgon2idWithTheStatedCost) {
    EXPECT_EQ(hash_password("correct horse").rfind("$argon2id$v=19$m=19456,t=2,p=1$", 0), 0U);
}

TEST(Password, HasASaltOfItsOwn) { EXPECT_NE(hash_password("correct horse"), hash_password("correct horse")); }

TEST(Password, CountsEveryByte) {
    auto hash = hash_password("nul\0inside"s);
    EXPECT_TRUE(password_matches("nul\0inside"s, hash));
    EXPECT_FALSE(password_matches("nul\0outside"s, hash));
    auto long_one = std::string(1023, 'x');
    EXPECT_FALSE(password_matches(long_one + "z", hash_password(long_one + "y")));
}

TEST(Password, IsTheSameComposedAndDecomposed) {
    auto hash = hash_password("caf\u00e9 ole\u0301");
    EXPECT_TRUE(password_matches("cafe\u0301 ol\u00e9", hash));
    EXPECT_FALSE(password_matches("cafe ole", hash));
    EXPECT_FALSE(password_matches("CAF\u00c9 OL\u00c9", hash));
    EXPECT_TRUE(password_matches("\xff\xfe", hash_password("\xff\xfe")));
}

TEST(Password, HashedAsItWasTypedStaysGood) {
    // "cafe" with U+0301, by version 0.1.
    const std::string hash = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$5swNXTTwwa2/vuVkJ0W4NGMDzRWxIyy7t8br//DXbZ4";
    EXPECT_TRUE(password_matches("cafe\u0301", hash));
    EXPECT_FALSE(password_matches("cafe", hash));
}

TEST(Password, MatchesNothingThatIsNoHash) {
    for (auto* phc : {"", "correct horse", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$$", "$2b$12$abcdefghijklmnopqrstuv"}) {
        EXPECT_FALSE(password_matches("correct horse", phc)) << phc;
    }
}

TEST(NobodysPasswordHash, CostsAsMuchAndMatchesNothing) {
    EXPECT_EQ(nobodys_password_hash().rfind("$argon2id$v=19$m=19456,t=2,p=1$", 0), 0U);
    EXPECT_FALSE(password_matches("", nobodys_password_hash()));
    EXPECT_EQ(&nobodys_password_hash(), &nobodys_password_hash());
}

}  // namespace
}  // namespace ks
