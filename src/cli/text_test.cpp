#include "cli/text.h"

#include "base/unicode.h"
#include "codec/json.h"

#include <gtest/gtest.h>

#include <random>

namespace ks::cli {
namespace {

TEST(Printable, EscapesWhatATerminalObeys) {
    EXPECT_EQ(printable("a\033[2Jb\x7f\u009b31m\r\n\t"), "a\\u001b[2Jb\\u007f\\u009b31m\\r\\n\\t");
    EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\u0000b");
}

TEST(Printable, EscapesWhatReordersOrHides) {
    for (const char* text : {"\u202e", "\u2066", "\u2028", "\u2029", "\u200b", "\u200f", "\ufeff", "\u061c", "\u00ad", "\U000e0041"}) {
        EXPECT_TRUE(printable(text).starts_with("\\u")) << text;
    }
    EXPECT_EQ(printable("\U000e0041"), "\\udb40\\udc41");
}

TEST(Printable, LeavesLanguagesAndEmoji) {
    for (const char* text : {"Grüße 😀", "नमस्ते", "שלום", "日本語", "👩\u200d🚀", "می\u200cخواهم", "e\u0301", "C:\\dir"}) {
        EXPECT_EQ(printable(text), text);
        EXPECT_TRUE(is_printable(text));
    }
}

TEST(Printable, ReplacesBytesThatAreNotUtf8) {
    for (const char* text : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x9b"}) {
        std::string shown = printable(text);
        EXPECT_TRUE(shown.starts_with("\uFFFD")) << shown;
        EXPECT_TRUE(is_printable(shown));
    }
    EXPECT_EQ(printable("caf\xe9.txt"), "caf\uFFFD.txt");
}

TEST(Printable, KeepsJsonTheSame) {
    const std::string name = "a\u009b\u202e\"\\\n\U000e0041";
    auto json = codec::JsonObject::parse(printable(codec::JsonWriter().add("name", name).text()));
    ASSERT_TRUE(json);
    EXPECT_EQ(json->string("name"), name);
}

TEST(Printable, IsSafeWhateverComes) {
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (int i = 0; i < 40; ++i) text += static_cast<char>(random() % 256);
        std::string shown = printable(text);
        EXPECT_EQ(printable(shown), shown);
        PrintableStream stream;
        std::string streamed;
        for (char c : text) streamed += stream.take({&c, 1});
        streamed += stream.finish();
        for (char c : streamed) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t');
    }
}

TEST(Utf8, IsToldFromLatin1) {
    EXPECT_TRUE(is_utf8("café.txt"));
    EXPECT_FALSE(is_utf8("caf\xe9.txt"));
    EXPECT_EQ(from_latin1("caf\xe9.txt"), "café.txt");
}

TEST(PrintableStream, JoinsCharactersThatWereCut) {
    PrintableStream stream;
    std::string shown;
    for (char c : std::string("日本\n語\033")) shown += stream.take({&c, 1});
    EXPECT_EQ(shown + stream.finish(), "日本\n語\\u001b");
    EXPECT_EQ(stream.take("\xe6\x97"), "");
    EXPECT_EQ(stream.finish(), "\uFFFD\uFFFD");
}

TEST(Text, IsEscapedButForItsStyles) {
    Text line = bold("a\033[0m") + " " + std::string("\033b");
    EXPECT_EQ(line.rendered(false), "a\\u001b[0m \\u001bb");
    EXPECT_EQ(line.rendered(true), "\033[1ma\\u001b[0m\033[0m \\u001bb");
}

TEST(Width, IsInColumns) {
    EXPECT_EQ(width_of("Grüße"), 5U);
    EXPECT_EQ(width_of("日本語"), 6U);
    EXPECT_EQ(width_of("e\u0301"), 1U);
    EXPECT_EQ(width_of("😀"), 2U);
}

TEST(Shortened, FitsAndSaysThatSomethingIsMissing) {
    EXPECT_EQ(shortened("holiday.mov", 11), "holiday.mov");
    EXPECT_EQ(shortened("holiday.mov", 8), "holiday…");
    EXPECT_EQ(shortened("日本語", 4), "日…");
    EXPECT_EQ(shortened("日本語", 0), "");
    EXPECT_EQ(shortened_to_bytes("日本語", 7), "日本");
}

}  // namespace
}  // namespace ks::cli
