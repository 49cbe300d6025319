#include "net/tus.h"

#include <gtest/gtest.h>

namespace ks::net::tus {

namespace {

template <class Value>
ErrorCode code_of(const Result<Value>& result) {
    return result ? ErrorCode::InternalError : result.error().code;
}

}  // namespace

TEST(Tus, ALengthIsDigits) {
    EXPECT_EQ(parse_length("Upload-Length", "0"), 0U);
    EXPECT_EQ(parse_length("Upload-Length", "18446744073709551615"), ~0ULL);
    EXPECT_EQ(code_of(parse_length("Upload-Length", "18446744073709551616")), ErrorCode::TooLarge);
    for (const char* wrong : {"", "-1", "+1", " 1", "1 ", "0x10", "1.5", "1e3", "one"}) {
        auto parsed = parse_length("Upload-Length", wrong);
        ASSERT_FALSE(parsed) << wrong;
        EXPECT_EQ(parsed.error().field, "Upload-Length");
    }
}

TEST(Tus, AnOffsetFitsInto63Bits) {
    EXPECT_EQ(parse_offset("Upload-Offset", "0"), 0U);
    EXPECT_EQ(parse_offset("Upload-Offset", "9223372036854775807"), 9223372036854775807U);
    for (const char* wrong : {"", "-1", "1 ", "9223372036854775808", "18446744073709551615", "18446744073709551616"})
        EXPECT_EQ(code_of(parse_offset("Upload-Offset", wrong)), ErrorCode::InvalidRequest) << wrong;
}

TEST(Tus, APartByTheDraftIsRefused) {
    for (const char* whole : {"", "?1", " ?1 ", "?1;a=b"}) EXPECT_TRUE(refuse_draft_piece(whole, "")) << whole;
    EXPECT_TRUE(refuse_draft_piece("", "?0"));
    for (const char* part : {"?0", "?0;a", "0", "false", "?1, ?0"}) EXPECT_FALSE(refuse_draft_piece(part, "")) << part;
    for (const char* part : {"?1", "1", "?0, ?1"}) EXPECT_EQ(refuse_draft_piece("", part).error().field, "Upload-Incomplete") << part;
}

TEST(Tus, MetadataIsKeysAndBase64) {
    auto metadata = parse_metadata("filename w7xiZXIudHh0,filetype dGV4dC9wbGFpbg==, empty,is_confidential");
    ASSERT_TRUE(metadata);
    EXPECT_EQ((*metadata)["filename"], "über.txt");
    EXPECT_EQ((*metadata)["filetype"], "text/plain");
    EXPECT_EQ((*metadata)["empty"], "");
    EXPECT_EQ(metadata->size(), 4U);
    EXPECT_TRUE(parse_metadata("")->empty());
    for (const char* wrong : {"filename ***", "filename YQ", "a YQ==,a YQ==", ",", "a YQ==,,b YQ=="})
        EXPECT_FALSE(parse_metadata(wrong)) << wrong;
}

TEST(Tus, AChecksumIsAnAlgorithmAndADigest) {
    auto checksum = parse_checksum("sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
    ASSERT_TRUE(checksum);
    EXPECT_EQ(checksum->algorithm, "sha1");
    EXPECT_EQ(checksum->digest.size(), 20U);
    for (const char* wrong : {"", "sha1", "sha1 ", "sha1 ?", " YQ=="}) EXPECT_FALSE(parse_checksum(wrong)) << wrong;
}

TEST(Tus, PartsAreAddresses) {
    FileId a = FileId::make(), b = FileId::make();
    auto parts = parse_parts(" /api/v1/uploads/" + a.text() + " https://example.org/api/v1/uploads/" + b.text(), "/api/v1/uploads/");
    ASSERT_TRUE(parts);
    EXPECT_EQ(*parts, (std::vector{a, b}));
    EXPECT_TRUE(parse_parts("", "/api/v1/uploads/")->empty());
    EXPECT_FALSE(parse_parts("/elsewhere/" + a.text(), "/api/v1/uploads/"));
    EXPECT_FALSE(parse_parts("/api/v1/uploads/" + a.text() + "x", "/api/v1/uploads/"));
}

}  // namespace ks::net::tus
