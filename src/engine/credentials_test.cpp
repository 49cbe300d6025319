#include "engine/credentials.h"

#include "base/crypto.h"

#include <gtest/gtest.h>

namespace ks::engine {
namespace {

const std::string secret = "0123456789abcdef0123456789abcdef";

TEST(Credential, RoundTripsWithItsKindAndGeneration) {
    for (auto kind : {SessionKind::Tokens, SessionKind::Cookie, SessionKind::Personal}) {
        for (std::uint32_t generation : {0U, 1U, 255U, 256U, 0x80402010U, 0xffffffffU}) {
            Credential credential{kind, SessionId::make(), generation};
            auto opened = unseal(seal(credential, secret), secret);
            ASSERT_TRUE(opened);
            EXPECT_EQ(opened->kind, kind);
            EXPECT_EQ(opened->session, credential.session);
            EXPECT_EQ(opened->generation, generation);
        }
    }
}

TEST(Credential, HasAPrefixByKind) {
    EXPECT_EQ(seal({SessionKind::Tokens, SessionId::make()}, secret).substr(0, 4), "ksr_");
    EXPECT_EQ(seal({SessionKind::Cookie, SessionId::make()}, secret).substr(0, 4), "ksc_");
    EXPECT_EQ(seal({SessionKind::Personal, SessionId::make()}, secret).substr(0, 4), "ksp_");
}

TEST(Credential, OfOneKindIsNoneOfAnother) {
    auto text = seal({SessionKind::Tokens, SessionId::make(), 3}, secret);
    for (std::string prefix : {"ksc_", "ksp_"}) EXPECT_FALSE(unseal(prefix + text.substr(4), secret));
}

TEST(Credential, IsRefusedUnderAnotherSecret) {
    EXPECT_FALSE(unseal(seal({SessionKind::Cookie, SessionId::make()}, secret), secret + "x"));
}

TEST(Credential, IsRefusedWithAnyByteChanged) {
    auto text = seal({SessionKind::Tokens, SessionId::make(), 7}, secret);
    auto bytes = *from_base64url(text.substr(4));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto changed = bytes;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        auto opened = unseal("ksr_" + base64url(changed), secret);
        ASSERT_FALSE(opened) << i;
        EXPECT_EQ(opened.error().code, ErrorCode::InvalidToken);
    }
}

TEST(Credential, IsRefusedWhenItIsNone) {
    auto text = seal({SessionKind::Tokens, SessionId::make()}, secret);
    for (const std::string& bad : {std::string(), std::string("ksr_"), text.substr(4), "ksx_" + text.substr(4), "KSR_" + text.substr(4),
                                   text + "A", text + "=", text.substr(0, text.size() - 1), "ksr_" + std::string(100'000, 'A')}) {
        EXPECT_FALSE(unseal(bad, secret)) << bad.substr(0, 80);
    }
}

}  // namespace
}  // namespace ks::engine
