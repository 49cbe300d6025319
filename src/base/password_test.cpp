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
