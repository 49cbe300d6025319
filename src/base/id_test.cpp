#include "base/id.h"

#include <gtest/gtest.h>

#include <chrono>
#include <unordered_set>

namespace ks {
namespace {

std::int64_t millis_now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

TEST(Uuid, CarriesVersionVariantAndTime) {
    auto before = millis_now();
    Uuid uuid = make_uuid_v7();
    auto after = millis_now();
    EXPECT_EQ(uuid[6] >> 4, 7);
    EXPECT_EQ(uuid[8] >> 6, 2);
    std::int64_t millis = 0;
    for (int i = 0; i < 6; ++i) millis = millis << 8 | uuid[i];
    EXPECT_GE(millis, before);
    EXPECT_LE(millis, after);
}

TEST(Uuid, IsNewEachTime) {
    std::unordered_set<UserId> seen;
    for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(seen.insert(UserId::make()).second);
}

TEST(Uuid, IsGreaterThanEveryEarlierOne) {
    UserId last;
    for (int i = 0; i < 10'000; ++i) {
        UserId id = UserId::make();
        EXPECT_LT(last, id);
        last = id;
    }
}

// Example of RFC 9562, appendix A.6.
TEST(Uuid, IsWrittenInLowerCaseAndReadInEither) {
    Uuid uuid{0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0, 0x7c, 0xc3, 0x98, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
    EXPECT_EQ(to_string(uuid), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    EXPECT_EQ(parse_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), uuid);
    EXPECT_EQ(parse_uuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), uuid);
}

TEST(Uuid, IsNothingButTheCanonicalForm) {
    for (auto* text :
         {"", "017f22e279b07cc398c4dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
          "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "017f22e27-9b0-7cc3-98c4-dc0c0c07398f", "g17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
          "017f22e2-79b0-7cc3-98c4-dc0c0c07398 ", "017f22e2-79b0-7cc3-98c4 dc0c0c07398f", "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f"}) {
        EXPECT_FALSE(parse_uuid(text)) << text;
    }
}

TEST(Id, RoundTripsAsTextAndAsBytes) {
    FileId id = FileId::make();
    EXPECT_EQ(FileId::parse(id.text()), id);
    EXPECT_EQ(id.raw().size(), 16U);
    EXPECT_EQ(FileId::from(id.raw()), id);
    EXPECT_FALSE(FileId::parse("file"));
}

TEST(Id, OfOneKindIsNotAnIdOfAnother) {
    EXPECT_FALSE((std::is_convertible_v<UserId, FileId>));
    EXPECT_FALSE((std::is_constructible_v<ShareId, FileId>));
}

TEST(Id, IsOrderedLikeItsText) {
    auto low = *UserId::parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    auto high = *UserId::parse("f17f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    EXPECT_LT(low, high);
    EXPECT_LT(low.text(), high.text());
}

}  // namespace
}  // namespace ks
