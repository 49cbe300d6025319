#include "net/forwarded.h"

#include <gtest/gtest.h>

namespace ks::net {
namespace {

TEST(NodeAddress, IsTakenInEachFormThatProxiesWrite) {
    struct Case {
        const char* written;
        const char* address;
    };
    for (auto [written, address] : {Case{"198.51.100.7", "198.51.100.7"},
                                    {"198.51.100.7:4711", "198.51.100.7"},
                                    {"\"198.51.100.7:4711\"", "198.51.100.7"},
                                    {" 198.51.100.7\t", "198.51.100.7"},
                                    {"198.51.100.7:_gazonk", "198.51.100.7"},
                                    {"2001:DB8::1", "2001:db8::1"},
                                    {"2001:db8:0:0:0:0:0:1", "2001:db8::1"},
                                    {"[2001:db8::1]", "2001:db8::1"},
                                    {"[2001:db8::1]:443", "2001:db8::1"},
                                    {"\"[2001:db8::1]:443\"", "2001:db8::1"},
                                    {"::ffff:198.51.100.1", "198.51.100.1"},
                                    {"::FFFF:c633:6401", "198.51.100.1"},
                                    {"[::ffff:198.51.100.1]:4711", "198.51.100.1"},
                                    {"fe80::1%eth0", "fe80::1"}}) {
        EXPECT_EQ(parse_node_address(written), address) << written;
    }
}

TEST(NodeAddress, IsNothingElse) {
    for (auto* text : {"",
                       "\"",
                       "\"\"",
                       "unknown",
                       "_hidden",
                       "localhost",
                       "198.51.100",
                       "198.51.100.7.8",
                       "198.51.100.256",
                       "0x7f.1",
                       "198.51.100.7:",
                       "198.51.100.7:x",
                       "198.51.100.7:123456",
                       "198.51.100.7/8",
                       "[198.51.100.7]",
                       "[2001:db8::1",
                       "2001:db8::1]",
                       "[2001:db8::1]443",
                       "[2001:db8::1]:",
                       "[2001:db8::1]:x",
                       "[]",
                       "1:2",
                       "for=1.2.3.4",
                       "198.51.100.7 198.51.100.8",
                       "2001:db8::1::2"}) {
        EXPECT_EQ(parse_node_address(text), std::nullopt) << text;
    }
    EXPECT_EQ(parse_node_address(std::string_view("1.2.3.4\0.5", 10)), std::nullopt);
    EXPECT_EQ(parse_node_address(std::string(100'000, '[')), std::nullopt);
}

std::string shown(std::string_view header) {
    std::string text;
    for (const auto& [node, proto, host] : parse_forwarded(header)) text += "<" + node + "|" + proto + "|" + host + ">";
    return text;
}

TEST(Forwarded, IsAListOfElements) {
    EXPECT_EQ(shown(""), "");
    EXPECT_EQ(shown("for=192.0.2.60;proto=http;by=203.0.113.43"), "<192.0.2.60|http|>");
    EXPECT_EQ(shown("For=\"[2001:db8:cafe::17]:4711\""), "<[2001:db8:cafe::17]:4711||>");
    EXPECT_EQ(shown("for=192.0.2.43, for=198.51.100.17;HOST=a.example"), "<192.0.2.43||><198.51.100.17||a.example>");
    EXPECT_EQ(shown("for=unknown ; proto = https"), "<||>") << "no space stands around '='";
    EXPECT_EQ(shown("for=a, by=b"), "<a||><||>") << "an element without \"for\" is a node too";
    EXPECT_EQ(shown("for=_a ; proto=https ,, for=b;"), "<_a|https|><b||>");
    EXPECT_EQ(shown("proto=https;host=\"a.example:8443\""), "<|https|a.example:8443>");
    EXPECT_EQ(shown("for=\"a\\\"b\""), "<a\"b||>");
    EXPECT_EQ(shown("for=1.2.3.4;secret=\"x,y;z\", for=5.6.7.8"), "<1.2.3.4||><5.6.7.8||>");
    EXPECT_EQ(shown("for=[2001:db8::1]:4711;proto=https"), "<[2001:db8::1]:4711|https|>") << "written without the quotes";
}

TEST(Forwarded, KeepsTheLastElementWhateverStandsBeforeIt) {
    for (std::string before : {"for=\"", "for=", "\"", "by=\"\\", "for=x;by=\"", ";;;=", "=", "for=a;for=b", "for=\"a\"b", "\\"}) {
        auto elements = parse_forwarded(before + ", for=\"[2001:db8::1]:4711\";proto=https");
        ASSERT_FALSE(elements.empty()) << before;
        EXPECT_EQ(elements.back().node, "[2001:db8::1]:4711") << before;
        EXPECT_EQ(elements.back().proto, "https") << before;
        EXPECT_EQ(parse_forwarded(before + ", for=198.51.100.7").back().node, "198.51.100.7") << before;
    }
}

TEST(Forwarded, EndsWhateverItIsGiven) {
    for (char c : {'"', '\\', ',', ';', '=', ' ', 'a'}) parse_forwarded(std::string(30'000, c));
    EXPECT_TRUE(parse_forwarded(std::string(1000, ',')).empty());
}

}  // namespace
}  // namespace ks::net
