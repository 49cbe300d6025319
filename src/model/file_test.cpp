#include "model/file.h"

#include <gtest/gtest.h>

namespace ks {
namespace {

using namespace std::string_literals;

std::string cleaned(std::string_view given) {
    auto name = clean_filename(given);
    if (name) return *name;
    EXPECT_EQ(name.error().code, ErrorCode::InvalidRequest);
    EXPECT_EQ(name.error().field, "filename");
    return "refused";
}

TEST(Filename, IsKeptAsGiven) {
    for (auto* name : {"report.pdf", "über straße.txt", "日本語.md", "😀", ".bashrc", "a b  c", "…", "100%.txt", "\"quoted\""}) {
        EXPECT_EQ(cleaned(name), name);
    }
}

TEST(Filename, IsThePartAfterTheLastSlash) {
    EXPECT_EQ(cleaned("/etc/passwd"), "passwd");
    EXPECT_EQ(cleaned("C:\\Users\\me\\report.pdf"), "report.pdf");
    EXPECT_EQ(cleaned("../../x"), "x");
    EXPECT_EQ(cleaned("a\\b/c\\d"), "d");
}

TEST(Filename, LosesControlsDirectionMarksAndOuterSpaces) {
    EXPECT_EQ(cleaned("a\0b\r\nc\x7f.txt"s), "abc.txt");
    EXPECT_EQ(cleaned("a\xc2\x85z"), "az");
    EXPECT_EQ(cleaned("gpj\xe2\x80\xae"
                      "exe.scr"),
              "gpjexe.scr");
    EXPECT_EQ(cleaned("x\xe2\x81\xa6y"), "xy");
    EXPECT_EQ(cleaned("  a b  "), "a b");
}

TEST(Filename, IsRefusedWhenNothingIsLeft) {
    for (auto* name : {"", ".", "..", "   ", "/", "dir/", "dir\\", "a/..", "\x01\x02", " . "}) EXPECT_EQ(cleaned(name), "refused") << name;
}

TEST(Filename, HasAtMost255Bytes) {
    EXPECT_EQ(cleaned(std::string(255, 'a')).size(), 255U);
    EXPECT_EQ(cleaned(std::string(256, 'a')), "refused");
    std::string wide;
    for (int i = 0; i < 128; ++i) wide += "ü";
    EXPECT_EQ(cleaned(wide), "refused");
    EXPECT_EQ(cleaned(std::string(1000, 'd') + "/name"), "name");
}

TEST(Filename, IsUtf8) {
    EXPECT_EQ(cleaned("caf\xe9.txt"), "refused");
    EXPECT_EQ(cleaned("a\xc3"), "refused");
}

std::vector<std::string> side_by_side(std::vector<std::string> names) {
    std::vector<File> files;
    for (auto& name : names) files.push_back({.filename = std::move(name)});
    return distinct_filenames(files);
}

TEST(DistinctFilenames, NumberTheLaterOnesBeforeTheExtension) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(side_by_side({"a.txt", "b.txt", "a.txt", "A.TXT"}), (Names{"a.txt", "b.txt", "a (2).txt", "A (3).TXT"}));
    EXPECT_EQ(side_by_side({"ÜBER", "über"}), (Names{"ÜBER", "über (2)"}));
    EXPECT_EQ(side_by_side({".bashrc", ".bashrc"}), (Names{".bashrc", ".bashrc (2)"}));
    EXPECT_EQ(side_by_side({"a", "a (2)", "a", "a (2)"}), (Names{"a", "a (2)", "a (3)", "a (2) (2)"}));
    EXPECT_EQ(side_by_side({"Mr. Smith and his dog", "Mr. Smith and his dog"}).back(), "Mr. Smith and his dog (2)");
}

TEST(DistinctFilenames, AreNoLongerThanFilenamesAre) {
    auto longest = std::string(251, 'x') + ".txt";
    EXPECT_EQ(side_by_side({longest, longest}).back(), std::string(247, 'x') + " (2).txt");
    std::string umlauts;
    for (int i = 0; i < 127; ++i) umlauts += "ü";
    EXPECT_EQ(side_by_side({umlauts, umlauts}).back(), umlauts.substr(0, 250) + " (2)");
    EXPECT_EQ(side_by_side({"y" + umlauts, "y" + umlauts}).back(), "y" + umlauts.substr(0, 250) + " (2)");
}

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

TEST(ContentType, IsKeptWithItsParameters) {
    EXPECT_EQ(clean_content_type("image/png"), "image/png");
    EXPECT_EQ(clean_content_type("text/plain; charset=utf-8"), "text/plain; charset=utf-8");
}

TEST(ContentType, IsOctetStreamForWhatIsNone) {
    for (auto* type : {"", "image", "/png", "image/", "text/html\r\nX-Evil: 1", "text/h\xc3\xa9", "text/\x7f"}) {
        EXPECT_EQ(clean_content_type(type), "application/octet-stream") << type;
    }
    EXPECT_EQ(clean_content_type("a/" + std::string(300, 'b')), "application/octet-stream");
}

TEST(FoldCase, FoldsBeyondAscii) {
    EXPECT_EQ(fold_case("Report ÜBER Ärger.PDF"), "report über ärger.pdf");
    EXPECT_EQ(fold_case("ΔΙΣ ЖЯ 日本 😀"), "δισ жя 日本 😀");
    EXPECT_EQ(fold_case(fold_case("ÅÇ")), fold_case("åç"));
}

}  // namespace
}  // namespace ks
