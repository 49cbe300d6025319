#include "model/content_type.h"

#include <gtest/gtest.h>

namespace ks {
namespace {

using namespace std::string_literals;

constexpr auto octets = "application/octet-stream";

TEST(SafeContentType, KeepsWhatBrowsersShowOrSave) {
    for (auto* type : {"image/png", "image/svg+xml", "audio/mpeg", "video/mp4", "font/woff2", "text/plain", "text/csv", "text/x-python",
                       "application/pdf", "application/json", "application/zip", "application/vnd.oasis.opendocument.text",
                       "application/x-tar", "application/activity+json", octets}) {
        EXPECT_EQ(safe_content_type(type), type);
    }
}

TEST(SafeContentType, KeepsUtf8AndNoOtherParameter) {
    EXPECT_EQ(safe_content_type("Text/Plain; Charset=\"UTF-8\"; format=flowed"), "text/plain; charset=utf-8");
    EXPECT_EQ(safe_content_type(" text/plain;charset=utf8 "), "text/plain; charset=utf-8");
    EXPECT_EQ(safe_content_type("text/plain; charset=utf-7"), "text/plain");
    EXPECT_EQ(safe_content_type("text/plain; charset=utf-8; charset=utf-7"), "text/plain");
    EXPECT_EQ(safe_content_type("text/plain; charset=utf-7; charset=utf-8"), "text/plain");
    EXPECT_EQ(safe_content_type("text/plain; charset"), "text/plain");
    EXPECT_EQ(safe_content_type("text/plain;"), "text/plain");
    EXPECT_EQ(safe_content_type("image/png; name=\"a;charset=utf-7\""), "image/png");
}

TEST(SafeContentType, TakesOffWhatBrowsersRun) {
    for (auto* type : {"text/html",
                       "text/html;charset=utf-7",
                       "application/xhtml+xml",
                       "text/xml",
                       "application/xml",
                       "application/atom+xml",
                       "image/x+xml",
                       "text/javascript",
                       "application/javascript",
                       "application/x-javascript",
                       "text/x-ecmascript",
                       "text/javascript1.5",
                       "text/css",
                       "text/x-component",
                       "multipart/x-mixed-replace; boundary=a",
                       "multipart/form-data",
                       "message/rfc822",
                       "application/x-shockwave-flash",
                       "application/wasm",
                       "application/manifest+xml",
                       "application/vnd.wap.xhtml+xml",
                       "application/x-x509-ca-cert",
                       "text/cache-manifest",
                       "text/event-stream",
                       "application/x-mimearchive",
                       "chemical/x-pdb",
                       "foo/bar"}) {
        EXPECT_EQ(safe_content_type(type), octets) << type;
    }
}

TEST(SafeContentType, TakesOffWhatIsNone) {
    for (auto* type : {"", "image", "/png", "image/", "image/png/x", "text/html\r\nX-Evil: 1", "text/h\xc3\xa9", "text/\x7f",
                       "a/b\"<script>", "image/ png", "image/png, text/html", "image/png\ttext/html", "*/*x y"}) {
        EXPECT_EQ(safe_content_type(type), octets) << type;
    }
    EXPECT_EQ(safe_content_type("image/" + std::string(300, 'b')), octets);
}

TEST(ClaimedContentType, IsEmptyWhereNothingIsSaid) {
    EXPECT_EQ(claimed_content_type(""), "");
    EXPECT_EQ(claimed_content_type("application/x-www-form-urlencoded"), "");
    EXPECT_EQ(claimed_content_type("Application/X-WWW-Form-Urlencoded; charset=utf-8"), "");
    EXPECT_EQ(claimed_content_type(octets), octets);
    EXPECT_EQ(claimed_content_type("nonsense"), octets);
    EXPECT_EQ(claimed_content_type("text/html"), octets);
    EXPECT_EQ(claimed_content_type("image/png"), "image/png");
}

TEST(LooksLikeUtf8, AllowsACharacterCutShortAtTheEnd) {
    for (const auto& text :
         {"plain\n"s, "Grüße"s, "日本"s.substr(0, 4), "日本"s.substr(0, 5), "😀"s.substr(0, 1), "😀"s.substr(0, 3), ""s, "\x1b[31mred"s}) {
        EXPECT_TRUE(looks_like_utf8(text)) << testing::PrintToString(text);
    }
    for (const auto& text : {"nul\0"s, "caf\xe9 au lait"s, "\x80"s, "\xff"s, "\xc3("s, "\x01"s, "\xc0"s}) {
        EXPECT_FALSE(looks_like_utf8(text)) << testing::PrintToString(text);
    }
}

TEST(TypeBySignature, IsProvedByBytes) {
    EXPECT_EQ(type_by_signature("a.txt", "\x89PNG\r\n\x1a\n..."), "image/png");
    EXPECT_EQ(type_by_signature("", "\xff\xd8\xff\xe0"), "image/jpeg");
    EXPECT_EQ(type_by_signature("", "%PDF-1.7"), "application/pdf");
    EXPECT_EQ(type_by_signature("", "RIFF\x01\x01\x01\x01WEBPVP8 "), "image/webp");
    EXPECT_EQ(type_by_signature("",
                                "\0\0\0\x20"
                                "ftypisom"s),
              "video/mp4");
    EXPECT_EQ(type_by_signature("",
                                "\0\0\0\x20"
                                "ftypqt  "s),
              "video/quicktime");
    EXPECT_EQ(type_by_signature("a", "PK\x03\x04..."), "application/zip");
    EXPECT_EQ(type_by_signature("a.ODT", "PK\x03\x04..."), "application/vnd.oasis.opendocument.text");
    EXPECT_EQ(type_by_signature("a.exe", "PK\x03\x04..."), "application/zip");
    EXPECT_EQ(type_by_signature("a.png", "no picture"), std::nullopt);
    EXPECT_EQ(type_by_signature("", ""), std::nullopt);
}

TEST(TypeByName, KnowsTextFromOtherFiles) {
    EXPECT_EQ(type_by_name("notes.TXT", true), "text/plain");
    EXPECT_EQ(type_by_name("song.mp3", false), "audio/mpeg");
    EXPECT_EQ(type_by_name("song.mp3", true), std::nullopt);
    EXPECT_EQ(type_by_name("notes.txt", false), std::nullopt);
    EXPECT_EQ(type_by_name(".txt", true), std::nullopt);
    EXPECT_EQ(type_by_name("README", true), std::nullopt);
}

}  // namespace
}  // namespace ks
