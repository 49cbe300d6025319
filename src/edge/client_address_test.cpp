#include "edge/client_address.h"

#include <gtest/gtest.h>

namespace ks {
namespace {

std::string client(const TrustedProxies& proxies, std::string peer, std::string forwarded = {}) {
    net::Request request{.peer = std::move(peer)};
    if (!forwarded.empty()) request.headers.emplace_back("X-Forwarded-For", std::move(forwarded));
    return proxies.client_of(request);
}

TEST(ClientAddress, IsThePeerWhereNoProxyIsTrusted) {
    TrustedProxies none({});
    EXPECT_EQ(client(none, "203.0.113.5"), "203.0.113.5");
    EXPECT_EQ(client(none, "127.0.0.1", "198.51.100.7"), "127.0.0.1");
}

TEST(ClientAddress, IsThePeerWhereThatIsNotTheProxy) {
    TrustedProxies proxies({"10.0.0.1"});
    EXPECT_EQ(client(proxies, "203.0.113.5", "198.51.100.7"), "203.0.113.5");
    EXPECT_EQ(client(proxies, "10.0.0.2", "198.51.100.7"), "10.0.0.2");
}

TEST(ClientAddress, IsTheLastThatIsNoProxy) {
    TrustedProxies proxies({"10.0.0.0/8", "192.168.1.1"});
    EXPECT_EQ(client(proxies, "10.1.2.3"), "10.1.2.3");
    EXPECT_EQ(client(proxies, "10.1.2.3", "198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(client(proxies, "10.1.2.3", "198.51.100.7, 192.168.1.1 ,10.9.9.9"), "198.51.100.7");
}

TEST(ClientAddress, CannotBeForgedByTheClient) {
    TrustedProxies proxies({"10.0.0.0/8"});
    EXPECT_EQ(client(proxies, "10.1.2.3", "127.0.0.1, 198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(client(proxies, "10.1.2.3", "10.0.0.9, 198.51.100.7"), "198.51.100.7");
}

TEST(ClientAddress, StopsAtWhatIsNoAddress) {
    TrustedProxies proxies({"10.0.0.0/8"});
    EXPECT_EQ(client(proxies, "10.1.2.3", "unknown"), "10.1.2.3");
    EXPECT_EQ(client(proxies, "10.1.2.3", "198.51.100.7, <script>, 10.9.9.9"), "10.9.9.9");
    EXPECT_EQ(client(proxies, "10.1.2.3", "198.51.100.7,"), "10.1.2.3");
}

TEST(ClientAddress, ComparesBitsOfBothFamilies) {
    TrustedProxies proxies({"172.16.0.0/12", "2001:db8::/33"});
    EXPECT_EQ(client(proxies, "172.31.255.255", "198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(client(proxies, "172.32.0.0", "198.51.100.7"), "172.32.0.0");
    EXPECT_EQ(client(proxies, "2001:db8:7fff::1", "2001:db9::5"), "2001:db9::5");
    EXPECT_EQ(client(proxies, "2001:db8:8000::1", "2001:db9::5"), "2001:db8:8000::1");
    TrustedProxies all({"0.0.0.0/0"});
    EXPECT_EQ(client(all, "203.0.113.5", "1.2.3.4"), "1.2.3.4");
    EXPECT_EQ(client(all, "::1", "1.2.3.4"), "::1");
}

TEST(TrustedProxies, AreAddressesOrNetworks) {
    for (auto* text : {"10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "1.2.3.4/32", "::1", "fc00::/7", "::/0", "::1/128"}) {
        EXPECT_TRUE(TrustedProxies::is_network(text)) << text;
    }
    for (auto* text : {"", "proxy", "10.0.0", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/8x", "::1/129", "10.0.0.1:80", "/8"}) {
        EXPECT_FALSE(TrustedProxies::is_network(text)) << text;
    }
}

}  // namespace
}  // namespace ks
