#include "edge/request_origin.h"

#include <gtest/gtest.h>

namespace ks::edge {
namespace {

std::string client(const TrustedProxies& proxies, std::string peer, std::string forwarded = {}) {
    net::Request request{.peer = std::move(peer)};
    if (!forwarded.empty()) request.headers.emplace_back("X-Forwarded-For", std::move(forwarded));
    return origin_of(request, proxies).client;
}

RequestOrigin origin(const TrustedProxies& proxies, net::HeaderList headers) {
    net::Request request{.headers = std::move(headers), .peer = "10.0.0.1"};
    return origin_of(request, proxies);
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
    EXPECT_EQ(client(proxies, "10.1.2.3", "198.51.100.7, _hidden"), "10.1.2.3");
    EXPECT_EQ(client(proxies, "10.1.2.3", "198.51.100.7,"), "198.51.100.7") << "an empty member of a list is none";
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

TEST(ClientAddress, IsKnownInEachFormThatProxiesWrite) {
    TrustedProxies proxies({"10.0.0.0/8", "::ffff:192.168.1.1"});
    EXPECT_EQ(client(proxies, "10.1.2.3", "::ffff:198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(client(proxies, "10.1.2.3", "198.51.100.7:4711"), "198.51.100.7");
    EXPECT_EQ(client(proxies, "10.1.2.3", "[2001:db8::1]:443"), "2001:db8::1");
    EXPECT_EQ(client(proxies, "10.1.2.3", "\"[2001:db8::1]:443\""), "2001:db8::1");
    EXPECT_EQ(client(proxies, "10.1.2.3", "198.51.100.7:80, ::ffff:10.9.9.9, [::ffff:10.9.9.8]:80,192.168.1.1:443"), "198.51.100.7");
}

TEST(ClientAddress, StandsInForwarded) {
    TrustedProxies proxies({"10.0.0.0/8"});
    EXPECT_EQ(origin(proxies, {{"Forwarded", "for=\"[2001:db8::1]:4711\""}}).client, "2001:db8::1");
    EXPECT_EQ(origin(proxies, {{"Forwarded", "for=127.0.0.1, for=198.51.100.7;proto=https, For=10.2.2.2;by=10.0.0.1"}}).client,
              "198.51.100.7");
    EXPECT_EQ(origin(proxies, {{"Forwarded", "for=127.0.0.1, for=unknown"}}).client, "10.0.0.1");
    EXPECT_EQ(origin(proxies, {{"Forwarded", "for=127.0.0.1, by=10.0.0.1"}}).client, "10.0.0.1");
    EXPECT_EQ(origin(proxies, {{"Forwarded", "for=\"127.0.0.1, for=198.51.100.7"}}).client, "198.51.100.7");
    EXPECT_EQ(origin(proxies, {{"Forwarded", "for=127.0.0.1"}, {"X-Forwarded-For", "198.51.100.7"}}).client, "198.51.100.7");
}

TEST(RequestOrigin, NamesHostAndSchemeOfTheOutermostTrustedProxy) {
    TrustedProxies proxies({"10.0.0.0/8"});
    auto plain = origin(proxies, {{"Host", "a.example"}});
    EXPECT_EQ(plain.authority, "a.example");
    EXPECT_EQ(plain.uses_tls, std::nullopt);
    auto one = origin(proxies, {{"Host", "inside:8080"}, {"X-Forwarded-Proto", "HTTPS"}, {"X-Forwarded-Host", "a.example"}});
    EXPECT_EQ(one.authority, "a.example");
    EXPECT_EQ(one.uses_tls, true);
    auto forged =
        origin(proxies,
               {{"X-Forwarded-For", "127.0.0.1, 198.51.100.7"}, {"X-Forwarded-Proto", "https, http"}, {"X-Forwarded-Host", "evil, good"}});
    EXPECT_EQ(forged.authority, "good");
    EXPECT_EQ(forged.uses_tls, false);
    auto two =
        origin(proxies,
               {{"X-Forwarded-For", "198.51.100.7, 10.0.0.2"}, {"X-Forwarded-Proto", "https, http"}, {"X-Forwarded-Host", "outer, inner"}});
    EXPECT_EQ(two.authority, "outer");
    EXPECT_EQ(two.uses_tls, true);
    auto kept = origin(proxies, {{"X-Forwarded-For", "198.51.100.7, 10.0.0.2"}, {"X-Forwarded-Proto", "https"}});
    EXPECT_EQ(kept.uses_tls, true);
    auto forwarded =
        origin(proxies,
               {{"Forwarded",
                 "for=x;proto=http;host=evil, for=198.51.100.7;proto=https;host=\"a.example:8443\", for=10.0.0.2;proto=http;host=inner"}});
    EXPECT_EQ(forwarded.authority, "a.example:8443");
    EXPECT_EQ(forwarded.uses_tls, true);
    EXPECT_EQ(origin(proxies, {{"Forwarded", "for=198.51.100.7, for=10.0.0.2;proto=https"}}).uses_tls, true);
    EXPECT_EQ(origin(proxies, {{"Forwarded", "for=198.51.100.7;proto=https, for=198.51.100.8"}}).uses_tls, std::nullopt);
    EXPECT_EQ(origin(proxies, {{"X-Forwarded-Proto", "gopher"}}).uses_tls, std::nullopt);
}

TEST(RequestOrigin, BelievesNobodyElse) {
    TrustedProxies none({});
    auto strange = origin(none, {{"Host", "a.example"},
                                 {"X-Forwarded-Proto", "https"},
                                 {"X-Forwarded-Host", "evil"},
                                 {"Forwarded", "for=1.2.3.4;host=evil;proto=https"}});
    EXPECT_EQ(strange.client, "10.0.0.1");
    EXPECT_EQ(strange.authority, "a.example");
    EXPECT_EQ(strange.uses_tls, std::nullopt);
}

TEST(NetworkOf, IsTheAddressOrTheNetworkOfACustomer) {
    EXPECT_EQ(network_of("198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(network_of("::ffff:198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(network_of("2001:db8::1"), network_of("2001:db8:0:0:ffff::2"));
    EXPECT_NE(network_of("2001:db8::1"), network_of("2001:db8:0:1::1"));
}

TEST(TrustedProxies, AreAddressesOrNetworks) {
    for (auto* text : {"10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "1.2.3.4/32", "::1", "fc00::/7", "::/0", "::1/128", "::ffff:10.0.0.1",
                       "::ffff:10.0.0.0/104", "::ffff:0:0/96"}) {
        EXPECT_TRUE(TrustedProxies::is_network(text)) << text;
    }
    for (auto* text : {"", "proxy", "10.0.0", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/8x", "::1/129", "10.0.0.1:80", "/8",
                       "::ffff:10.0.0.0/8", "[::1]"}) {
        EXPECT_FALSE(TrustedProxies::is_network(text)) << text;
    }
}

}  // namespace
}  // namespace ks::edge
