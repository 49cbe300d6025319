#include "net/authority.h"

#include <gtest/gtest.h>

namespace ks::net {
namespace {

TEST(Authority, IsAHostAndPerhapsAPort) {
    for (auto* text : {"x", "files.example.org", "Files.Example.ORG:8443", "127.0.0.1:8080", "[::1]", "[2001:db8::1]:443", "my_service:1",
                       "xn--bcher-kva.example", "example.org.", "host:", "[::ffff:198.51.100.1]:80"}) {
        EXPECT_TRUE(is_authority(text)) << text;
    }
    for (auto* text : {"",
                       ":80",
                       ".",
                       "-",
                       "a b",
                       "a/b",
                       "a?b",
                       "a#b",
                       "user@host",
                       "user:password@host",
                       "a:b",
                       "a:0",
                       "a:65536",
                       "a:-1",
                       "a:+1",
                       "a:80:80",
                       "::1",
                       "[::1",
                       "[::1]x",
                       "[::1]:x",
                       "[]",
                       "[fe80::1%25eth0]",
                       "[1.2.3.4]",
                       "a,b",
                       "a\"b",
                       "a<b>",
                       "a'b",
                       "a\\b",
                       "a%62",
                       "b\xc3\xbc"
                       "cher",
                       "a\tb",
                       "a\r\nb",
                       "http://a",
                       "*"}) {
        EXPECT_FALSE(is_authority(text)) << text;
    }
    EXPECT_FALSE(is_authority(std::string(256, 'a')));
    EXPECT_FALSE(is_authority(std::string_view("a\0b", 3)));
}

TEST(Authority, IsNormalized) {
    EXPECT_EQ(normalized_authority("Files.Example.ORG:443", true), "files.example.org");
    EXPECT_EQ(normalized_authority("Files.Example.ORG:443", false), "files.example.org:443");
    EXPECT_EQ(normalized_authority("a:80", false), "a");
    EXPECT_EQ(normalized_authority("a:80", true), "a:80");
    EXPECT_EQ(normalized_authority("a:0080", false), "a");
    EXPECT_EQ(normalized_authority("a:", true), "a");
    EXPECT_EQ(normalized_authority("[2001:DB8::1]:443", true), "[2001:db8::1]");
    EXPECT_EQ(normalized_authority("[2001:DB8::1]:8443", true), "[2001:db8::1]:8443");
}

}  // namespace
}  // namespace ks::net
