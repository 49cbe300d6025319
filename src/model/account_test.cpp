#include "model/access.h"
#include "model/account.h"

#include <gtest/gtest.h>

namespace ks {
namespace {

TEST(Username, IsCaseFolded) {
    EXPECT_EQ(clean_username("Alice.B_C-9"), "alice.b_c-9");
    EXPECT_EQ(clean_username("AZ09"), "az09");
    EXPECT_EQ(clean_username("\u212aarl-Ro\u017fa"), "karl-rosa");
}

TEST(Username, HasThreeToThirtyTwoCharacters) {
    EXPECT_FALSE(clean_username("ab"));
    EXPECT_TRUE(clean_username("abc"));
    EXPECT_TRUE(clean_username(std::string(32, 'x')));
    EXPECT_FALSE(clean_username(std::string(33, 'x')));
}

TEST(Username, RefusesEveryOtherCharacter) {
    for (auto* name : {"", "a b c", "alice@x", "al/ice", "älice", "alice\n", "<b>", "alice:"}) {
        auto result = clean_username(name);
        ASSERT_FALSE(result) << name;
        EXPECT_EQ(result.error().code, ErrorCode::InvalidRequest);
        EXPECT_EQ(result.error().field, "username");
    }
    EXPECT_FALSE(clean_username(std::string_view("ali\0ce", 6)));
}

TEST(Password, Has8To1024Bytes) {
    EXPECT_FALSE(check_password("1234567"));
    EXPECT_TRUE(check_password("12345678"));
    EXPECT_TRUE(check_password(std::string(1024, 'x')));
    EXPECT_FALSE(check_password(std::string(1025, 'x')));
    EXPECT_EQ(check_password("").error().field, "password");
}

TEST(Role, IsNamedBothWays) {
    for (Role role : {Role::User, Role::Admin}) EXPECT_EQ(role_named(name_of(role)), role);
    EXPECT_EQ(name_of(Role::Admin), "admin");
    EXPECT_EQ(name_of(Role::User), "user");
    EXPECT_FALSE(role_named("Admin"));
    EXPECT_FALSE(role_named(""));
}

TEST(Access, ToWhatIsNotOnesOwnIsAsIfItWereNotThere) {
    Actor alice{.user_id = UserId::make()};
    EXPECT_TRUE(may_own(alice, alice.user_id));
    EXPECT_EQ(may_own(alice, UserId::make()).error().code, ErrorCode::NotFound);
    Actor admin{.user_id = UserId::make(), .role = Role::Admin};
    EXPECT_EQ(may_own(admin, alice.user_id).error().code, ErrorCode::NotFound);
}

TEST(Access, ToAdministrationIsForAdministrators) {
    EXPECT_EQ(may_administer(Actor{.user_id = UserId::make()}).error().code, ErrorCode::Forbidden);
    EXPECT_TRUE(may_administer(Actor{.user_id = UserId::make(), .role = Role::Admin}));
}

}  // namespace
}  // namespace ks
