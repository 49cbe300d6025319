#include "cli/suggestion.h"

#include <gtest/gtest.h>

namespace ks::cli {
namespace {

const std::vector<std::string> commands{"serve", "login", "logout", "send", "get", "ls", "rm", "share", "shares", "revoke", "watch"};

TEST(Closest, IsWhatWasMeant) {
    for (auto [typed, meant] : {std::pair{"sned", "send"},
                                {"shar", "share"},
                                {"Send", "send"},
                                {"wacth", "watch"},
                                {"revok", "revoke"},
                                {"logut", "logout"},
                                {"lss", "ls"},
                                {"gett", "get"},
                                {"sever", "serve"}}) {
        EXPECT_EQ(closest(typed, commands), meant) << typed;
    }
}

TEST(Closest, IsNothingForAnotherWord) {
    for (const char* typed : {"", "dance", "xy", "-", "zzzzzzzz"}) EXPECT_EQ(closest(typed, commands), "") << typed;
    EXPECT_EQ(closest(std::string(100'000, 's'), commands), "");
}

}  // namespace
}  // namespace ks::cli
