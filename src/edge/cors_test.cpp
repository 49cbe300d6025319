#include "edge/cors.h"

#include <gtest/gtest.h>

namespace ks::edge {

TEST(Cors, AnOriginIsTakenAsBrowsersSendIt) {
    EXPECT_EQ(Cors::parse_origin("https://app.example.org"), "https://app.example.org");
    EXPECT_EQ(Cors::parse_origin("HTTPS://App.Example.org:443"), "https://app.example.org");
    EXPECT_EQ(Cors::parse_origin("http://localhost:80"), "http://localhost");
    EXPECT_EQ(Cors::parse_origin("http://localhost:05173"), "http://localhost:5173");
    EXPECT_EQ(Cors::parse_origin("https://app.example.org:80"), "https://app.example.org:80");
    EXPECT_EQ(Cors::parse_origin("http://[2001:DB8::1]:8080"), "http://[2001:db8::1]:8080");
    EXPECT_EQ(Cors::parse_origin("http://[::1]"), "http://[::1]");
}

TEST(Cors, WhatIsNoOriginIsRefused) {
    for (const char* wrong : {"", "*", "null", "app.example.org", "ftp://a", "https://", "https://a/", "https://a/b", "https://a?b",
                              "https://u@a", "https://a:", "https://a:0", "https://a:65536", "https://a:x", "https://*.example.org",
                              "https://a b", "http://[]", "http://::1", "https://a:1:2"})
        EXPECT_FALSE(Cors::parse_origin(wrong)) << wrong;
}

}  // namespace ks::edge
