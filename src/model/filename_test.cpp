#include "model/filename.h"

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
    for (auto* name : {"", ".", "..", "   ", "/", "dir/", "a/..", "\x01\x02", " . ", "\\"}) EXPECT_EQ(cleaned(name), "refused") << name;
}

std::string times(int count, std::string_view text) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
}

TEST(Filename, HasAtMost255Utf16Units) {
    for (auto* character : {"a", "ü", "日", "ж"}) {
        EXPECT_EQ(cleaned(times(255, character)), times(255, character));
        EXPECT_EQ(cleaned(times(256, character)), "refused");
    }
    EXPECT_EQ(cleaned(times(127, "😀") + "x"), times(127, "😀") + "x");
    EXPECT_EQ(cleaned(times(128, "😀")), "refused");
    EXPECT_EQ(cleaned(std::string(1000, 'd') + "/name"), "name");
}

TEST(Filename, ShowsSomething) {
    for (auto* name :
         {"\u200b", "\u00a0\u3000", "\u3164", "\ufeff\u2060\u00ad", "\u2800", "\U000e0061", "\ufe0f", "\u200b.\u200b", ".\u2060."}) {
        EXPECT_EQ(cleaned(name), "refused") << testing::PrintToString(name);
    }
    for (auto* name : {"\u200b.txt", "a\u200db", "❤\ufe0f", "\u0301"}) EXPECT_EQ(cleaned(name), name);
}

TEST(Filename, OfUnixMayEndWithABackslash) {
    EXPECT_EQ(cleaned("end\\"), "end");
    EXPECT_EQ(cleaned("C:\\folder\\"), "folder");
    EXPECT_EQ(cleaned("folder/\\"), "refused");
}

TEST(Filename, IsUtf8) {
    EXPECT_EQ(cleaned("caf\xe9.txt"), "refused");
    EXPECT_EQ(cleaned("a\xc3"), "refused");
}

std::vector<std::string> side_by_side(std::vector<std::string> names) {
    std::vector<File> files;
    for (auto& name : names) files.push_back({.filename = std::move(name)});
    return portable_filenames(files);
}

TEST(PortableFilenames, NumberTheLaterOnesBeforeTheExtension) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(side_by_side({"a.txt", "b.txt", "a.txt", "A.TXT"}), (Names{"a.txt", "b.txt", "a (2).txt", "A (3).TXT"}));
    EXPECT_EQ(side_by_side({"ÜBER", "über"}), (Names{"ÜBER", "über (2)"}));
    EXPECT_EQ(side_by_side({".bashrc", ".bashrc"}), (Names{".bashrc", ".bashrc (2)"}));
    EXPECT_EQ(side_by_side({"a", "a (2)", "a", "a (2)"}), (Names{"a", "a (2)", "a (3)", "a (2) (2)"}));
    EXPECT_EQ(side_by_side({"Mr. Smith and his dog", "Mr. Smith and his dog"}).back(), "Mr. Smith and his dog (2)");
}

TEST(PortableFilenames, AreNumberedWhereAFileSystemTakesThemForOne) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(side_by_side({"STRASSE", "straße"}), (Names{"STRASSE", "straße (2)"}));
    EXPECT_EQ(side_by_side({"caf\u00e9.txt", "cafe\u0301.txt"}), (Names{"caf\u00e9.txt", "caf\u00e9 (2).txt"}));
    EXPECT_EQ(side_by_side({"a?.txt", "a:.txt", "a_.txt"}), (Names{"a_.txt", "a_ (2).txt", "a_ (3).txt"}));
}

TEST(PortableFilenames, AreNoLongerThanFilenamesAre) {
    auto longest = std::string(251, 'x') + ".txt";
    EXPECT_EQ(side_by_side({longest, longest}).back(), std::string(247, 'x') + " (2).txt");
    EXPECT_EQ(side_by_side({times(255, "ü"), times(255, "ü")}).back(), times(251, "ü") + " (2)");
    EXPECT_EQ(side_by_side({times(127, "😀"), times(127, "😀")}).back(), times(125, "😀") + " (2)");
    EXPECT_EQ(side_by_side({"con." + std::string(251, 'x')}).back(), "_con." + std::string(250, 'x'));
}

TEST(PortableFilenames, HaveNoCharacterThatWindowsReserves) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(side_by_side({"con:colon.txt", "a?", "b*b", "<c>", "d|d", "\"e\"", "f\\f", "g\x1f\x7fg"}),
              (Names{"con_colon.txt", "a_", "b_b", "_c_", "d_d", "_e_", "f_f", "g__g"}));
    EXPECT_EQ(side_by_side({"trail.", "trail..", "space ", "dots. .", ".hidden", "a.b"}),
              (Names{"trail_", "trail__", "space_", "dots___", ".hidden", "a.b"}));
}

TEST(PortableFilenames, AreNoDevicesOfWindows) {
    for (std::string name : {"CON", "con.txt", "Nul.tar.gz", "aux", "PRN", "COM1", "lpt9.log", "com\u00b9.x", "LPT\u00b3", "nul .txt",
                             "CONIN$", "conout$.x"}) {
        EXPECT_TRUE(side_by_side({name}).front().starts_with("_")) << name;
    }
    for (std::string name : {"CONSOLE", "com10", "COM", "lpt", "null.txt", "x.con", "comx", " con"}) {
        EXPECT_EQ(side_by_side({name}).front(), name);
    }
}

}  // namespace
}  // namespace ks
