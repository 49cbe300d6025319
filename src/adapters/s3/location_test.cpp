#include "adapters/s3/location.h"

#include <gtest/gtest.h>

namespace ks::s3 {
namespace {

TEST(Location, HasDefaults) {
    auto location = parse_location("s3://files");
    ASSERT_TRUE(location);
    EXPECT_EQ(location->bucket, "files");
    EXPECT_EQ(location->prefix, "");
    EXPECT_EQ(location->region, "us-east-1");
    EXPECT_EQ(location->scheme, "https");
    EXPECT_EQ(location->authority, "s3.us-east-1.amazonaws.com");
    EXPECT_EQ(location->most_parts, 1'000U);
    EXPECT_EQ(parse_location("s3://files?region=eu-central-1")->authority, "s3.eu-central-1.amazonaws.com");
}

TEST(Location, ReadsAllParameters) {
    auto location = parse_location("s3://my.files/share/blobs?endpoint=http://10.0.0.1:9000/&region=garage&parts=10000");
    ASSERT_TRUE(location);
    EXPECT_EQ(location->bucket, "my.files");
    EXPECT_EQ(location->prefix, "share/blobs/");
    EXPECT_EQ(location->scheme, "http");
    EXPECT_EQ(location->authority, "10.0.0.1:9000");
    EXPECT_EQ(location->region, "garage");
    EXPECT_EQ(location->most_parts, 10'000U);
}

TEST(Location, DropsThePortOfTheScheme) {
    EXPECT_EQ(parse_location("s3://b?endpoint=http://host:80")->authority, "host");
    EXPECT_EQ(parse_location("s3://b?endpoint=https://host:443")->authority, "host");
    EXPECT_EQ(parse_location("s3://b?endpoint=https://host:80")->authority, "host:80");
    EXPECT_EQ(parse_location("s3://b?endpoint=http://[::1]:9000")->authority, "[::1]:9000");
}

TEST(Location, RefusesEverythingElse) {
    for (const char* url : {"",
                            "s3:",
                            "s3://",
                            "s3:///prefix",
                            "file:x",
                            "s3://b?",
                            "s3://b?endpoint=",
                            "s3://b?endpoint=ftp://host",
                            "s3://b?endpoint=http://user:password@host",
                            "s3://b?endpoint=http://host/path",
                            "s3://b?region=",
                            "s3://b?region=a/b",
                            "s3://b?parts=99",
                            "s3://b?parts=10001",
                            "s3://b?parts=1e3",
                            "s3://b?acl=public",
                            "s3://b/a//b",
                            "s3://b//a",
                            "s3://b/a b",
                            "s3://b/../c?x",
                            "s3://b#x"}) {
        EXPECT_EQ(parse_location(url).has_value(), std::string_view(url) == "s3://b?") << url;
    }
}

TEST(Location, PathsAreEncoded) {
    EXPECT_EQ(encoded_path("/a/b c+d"), "/a/b%20c%2Bd");
    EXPECT_EQ(encoded("/~"), "%2F~");
}

}  // namespace
}  // namespace ks::s3
