#include "edge/client_address.h"

#include "base/crypto.h"

#include <boost/asio/ip/address.hpp>

#include <charconv>

namespace ks {

namespace {

std::optional<std::string> address_bytes(const std::string& text) {
    boost::system::error_code error;
    auto address = asio::ip::make_address(text, error);
    if (error) return std::nullopt;
    if (address.is_v4()) {
        auto bytes = address.to_v4().to_bytes();
        return std::string(bytes.begin(), bytes.end());
    }
    auto bytes = address.to_v6().to_bytes();
    return std::string(bytes.begin(), bytes.end());
}

}  // namespace

std::string network_of(const std::string& address) {
    auto bytes = address_bytes(address);
    return bytes && bytes->size() == 16 ? hex(bytes->substr(0, 8)) : address;
}

std::optional<TrustedProxies::Network> TrustedProxies::parse(const std::string& text) {
    auto slash = text.find('/');
    auto bytes = address_bytes(text.substr(0, slash));
    if (!bytes) return std::nullopt;
    int most = static_cast<int>(bytes->size()) * 8;
    int bits = most;
    if (slash != std::string::npos) {
        const char* first = text.data() + slash + 1;
        const char* last = text.data() + text.size();
        auto [end, error] = std::from_chars(first, last, bits);
        if (error != std::errc{} || end != last || bits < 0 || bits > most) return std::nullopt;
    }
    return Network{std::move(*bytes), bits};
}

bool TrustedProxies::is_network(const std::string& text) { return parse(text).has_value(); }

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
    for (const std::string& text : networks) {
        auto network = parse(text);
        KS_ASSERT(network);
        networks_.push_back(std::move(*network));
    }
}

bool TrustedProxies::trusts(const std::string& address) const {
    auto bytes = address_bytes(address);
    if (!bytes) return false;
    for (const Network& network : networks_) {
        if (network.bytes.size() != bytes->size()) continue;
        bool inside = true;
        for (int bit = 0; bit < network.bits && inside; ++bit) {
            inside = (((*bytes)[bit / 8] ^ network.bytes[bit / 8]) & (0x80 >> bit % 8)) == 0;
        }
        if (inside) return true;
    }
    return false;
}

std::string TrustedProxies::client_of(const net::Request& request) const {
    std::string client = request.peer;
    std::string_view chain = request.header("X-Forwarded-For");
    while (!chain.empty() && trusts(client)) {
        auto comma = chain.rfind(',');
        std::string_view last = comma == std::string_view::npos ? chain : chain.substr(comma + 1);
        chain = comma == std::string_view::npos ? std::string_view() : chain.substr(0, comma);
        while (!last.empty() && last.front() == ' ') last.remove_prefix(1);
        while (!last.empty() && last.back() == ' ') last.remove_suffix(1);
        if (!address_bytes(std::string(last))) break;
        client = std::string(last);
    }
    return client;
}

}  // namespace ks
