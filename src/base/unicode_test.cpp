#include "base/unicode.h"

#include <gtest/gtest.h>

namespace ks {
namespace {

using namespace std::string_literals;

TEST(Utf8, AcceptsTheWholeRange) {
    for (auto* text : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
                       "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(is_utf8(text)) << text;
    }
    EXPECT_TRUE(is_utf8("a\0b"s));
}

TEST(Utf8, RefusesOverlongSurrogateBrokenAndTooHigh) {
    for (auto* text :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80",
          "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
        EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
    }
}

TEST(Normalize, ComposesCanonicalEquivalents) {
    EXPECT_EQ(normalize("e\u0301"), "\u00e9");
    EXPECT_EQ(normalize("\u1112\u1161\u11ab"), "\ud55c");
    EXPECT_EQ(normalize("\u212b \u2126"), "\u00c5 \u03a9");
    EXPECT_EQ(normalize("a\u0323\u0307"), normalize("a\u0307\u0323"));
    EXPECT_EQ(normalize("ﬁ ² Ⅷ"), "ﬁ ² Ⅷ") << "compatibility characters are others";
    EXPECT_EQ(normalize("Grüße"), "Grüße");
    EXPECT_EQ(normalize("nul\0 byte é"s), "nul\0 byte é"s);
}

TEST(Normalize, LeavesWhatIsNotUtf8) {
    EXPECT_EQ(normalize("caf\xe9"), "caf\xe9");
    EXPECT_EQ(fold_case("CAF\xe9"), "CAF\xe9");
}

TEST(FoldCase, FoldsBeyondAscii) {
    EXPECT_EQ(fold_case("Report ÜBER Ärger.PDF"), "report über ärger.pdf");
    EXPECT_EQ(fold_case("ЖЯ 日本 😀"), "жя 日本 😀");
    EXPECT_EQ(fold_case(fold_case("ÅÇ")), fold_case("åç"));
}

TEST(FoldCase, IsFull) {
    EXPECT_TRUE(same_name("STRASSE", "straße"));
    EXPECT_TRUE(same_name("STRAẞE", "strasse"));
    EXPECT_TRUE(same_name("ΟΔΟΣ", "οδος"));
    EXPECT_TRUE(same_name("ΟΔΟΣ", "οδοσ"));
    EXPECT_TRUE(same_name("ﬁle", "FILE"));
    EXPECT_TRUE(same_name("ŉ", "ʼN"));
    EXPECT_TRUE(same_name("Ꭰ", "ꭰ"));
    EXPECT_TRUE(same_name("ᾳ", "ΑΙ"));
}

TEST(FoldCase, TakesCanonicalEquivalentsForTheSame) {
    EXPECT_TRUE(same_name("CAFE\u0301", "caf\u00e9"));
    EXPECT_TRUE(same_name("\u1e9b\u0323", "\u017f\u0323\u0307"));
    EXPECT_TRUE(same_name("\u1fb7", "\u03b1\u0345\u0342"));
    EXPECT_TRUE(same_name("\u212a", "k"));
    EXPECT_FALSE(same_name("e", "é"));
    EXPECT_FALSE(same_name("ı", "i"));
    EXPECT_FALSE(same_name("x²", "x2"));
}

TEST(Invisible, IsWhatLeavesNoMark) {
    for (char32_t point :
         U"\t \u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u2003\u200b\u200d\u200f\u2028\u2060\u2800\u3000\u3164\ufe0f"
         U"\ufeff\uffa0\U0001d173\U000e0001\U000e0100") {
        EXPECT_TRUE(is_invisible(point)) << std::hex << static_cast<unsigned>(point);
    }
    for (char32_t point : {U'a', U'.', U'_', U'é', U'\u0301', U'日', U'😀', U'\ue000', U'…'}) {
        EXPECT_FALSE(is_invisible(point)) << std::hex << static_cast<unsigned>(point);
    }
}

TEST(Utf16Length, CountsUnits) {
    EXPECT_EQ(utf16_length(""), 0U);
    EXPECT_EQ(utf16_length("aé日"), 3U);
    EXPECT_EQ(utf16_length("😀"), 2U);
}

}  // namespace
}  // namespace ks
