#include "net/base_url.h"

#include <gtest/gtest.h>

namespace ks::net {
namespace {

std::string shown(std::string_view text) {
    auto url = BaseUrl::parse(text);
    return url ? url->origin() + " " + url->prefix : "-";
}

TEST(BaseUrl, IsNormalized) {
    EXPECT_EQ(shown("https://files.example.org"), "https://files.example.org ");
    EXPECT_EQ(shown("https://Files.Example.org:443/share"), "https://files.example.org /share");
    EXPECT_EQ(shown("HTTP://A:80/"), "http://a ");
    EXPECT_EQ(shown("http://a:443/Share/deep/"), "http://a:443 /Share/deep");
    EXPECT_EQ(shown("https://[2001:DB8::1]:8443/my%20share"), "https://[2001:db8::1]:8443 /my%20share");
    EXPECT_EQ(BaseUrl::parse("https://A/share")->text(), "https://a/share");
}

TEST(BaseUrl, IsNothingElse) {
    for (auto* text : {"",
                       "a",
                       "a/share",
                       "//a",
                       "ftp://a",
                       "https:/a",
                       "https://",
                       "https:///share",
                       "https://user@a",
                       "https://user:password@a/share",
                       "https://a?x",
                       "https://a/share?x=y",
                       "https://a#top",
                       "https://a/share#top",
                       "https://a//",
                       "https://a//share",
                       "https://a/./share",
                       "https://a/../share",
                       "https://a/share//deep",
                       "https://a b",
                       "https://a/sha re",
                       "https://a/\"",
                       "https://a/<",
                       "https://a/;x",
                       "https://a/a,b",
                       "https://a/%",
                       "https://a/%2",
                       "https://a/%zz",
                       "https://a/%2f",
                       "https://a/%00",
                       "https://a/%0d%0a",
                       "https://a:0",
                       "https://a:99999",
                       "https://b\xc3\xbc"
                       "cher.example",
                       "https://a/\xc3\xbc",
                       "javascript:alert(1)",
                       " https://a"}) {
        EXPECT_EQ(shown(text), "-") << text;
    }
}

}  // namespace
}  // namespace ks::net
