#include "base/siphash.h"

#include <gtest/gtest.h>

#include <string>

namespace ks {
namespace {

// Test vectors of the authors' reference implementation: key 00 01 … 0f, message 00 01 … of each length.
TEST(SipHash, AgreesWithItsAuthors) {
    const SipKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    std::string message;
    auto up_to = [&message](std::size_t size) {
        while (message.size() < size) message += static_cast<char>(message.size());
        return message;
    };
    EXPECT_EQ(siphash(key, up_to(0)), 0x726fdb47dd0e0e31U);
    EXPECT_EQ(siphash(key, up_to(1)), 0x74f839c593dc67fdU);
    EXPECT_EQ(siphash(key, up_to(8)), 0x93f5f5799a932462U);
    EXPECT_EQ(siphash(key, up_to(15)), 0xa129ca6149be45e5U);
}

TEST(SipHash, DependsOnTheKey) { EXPECT_NE(siphash({1, 2}, "192.0.2.1"), siphash({1, 3}, "192.0.2.1")); }

}  // namespace
}  // namespace ks
