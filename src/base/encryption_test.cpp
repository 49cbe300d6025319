#include "base/encryption.h"

#include <gtest/gtest.h>

namespace ks {

namespace {

const std::string key(32, 'k');

}  // namespace

TEST(Encryption, WhatIsEncryptedIsDecrypted) {
    for (const std::string& text : {std::string(), std::string("a"), std::string("null \0 byte", 11), std::string(100'000, 'x')}) {
        EXPECT_EQ(decrypt(key, encrypt(key, text)), text);
    }
}

TEST(Encryption, TheSameTextIsNeverEncryptedAlike) { EXPECT_NE(encrypt(key, "text"), encrypt(key, "text")); }

TEST(Encryption, AnotherKeyOrAChangedByteIsRefused) {
    std::string sealed = encrypt(key, "text");
    EXPECT_EQ(sealed.find("text"), std::string::npos);
    EXPECT_FALSE(decrypt(std::string(32, 'l'), sealed));
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        std::string changed = sealed;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        EXPECT_FALSE(decrypt(key, changed)) << at;
    }
    EXPECT_FALSE(decrypt(key, ""));
    EXPECT_FALSE(decrypt(key, sealed.substr(1)));
}

}  // namespace ks
