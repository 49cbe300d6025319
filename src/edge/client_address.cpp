#include "edge/client_address.h"

#include "base/crypto.h"
#include "base/result.h"

#include <boost/asio/ip/address.hpp>

#include <charconv>

namespace ks::edge {

namespace {

namespace ip = boost::asio::ip;

constexpr int mapped_prefix_bits = 96;  // of ::ffff:0:0/96

std::optional<ip::address> parsed(std::string_view text) {
    boost::system::error_code error;
    auto address = ip::make_address(std::string(text), error);
    return error ? std::nullopt : std::optional(address);
}

bool is_mapped(const ip::address& address) { return address.is_v6() && address.to_v6().is_v4_mapped(); }

std::string bytes_of(ip::address address) {
    if (is_mapped(address)) address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
    if (address.is_v4()) {
        auto bytes = address.to_v4().to_bytes();
        return {bytes.begin(), bytes.end()};
    }
    auto bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.end()};
}

}  // namespace

std::string network_of(const std::string& address) {
    auto known = parsed(address);
    if (!known || known->is_v4()) return address;
    if (is_mapped(*known)) return ip::make_address_v4(ip::v4_mapped, known->to_v6()).to_string();
    return hex(bytes_of(*known).substr(0, 8));
}

std::optional<TrustedProxies::Network> TrustedProxies::parse(std::string_view text) {
    auto slash = text.find('/');
    auto address = parsed(text.substr(0, slash));
    if (!address) return std::nullopt;
    int most = address->is_v4() ? 32 : 128;
    int bits = most;
    if (slash != std::string_view::npos) {
        const char* first = text.data() + slash + 1;
        const char* last = text.data() + text.size();
        auto [end, error] = std::from_chars(first, last, bits);
        if (error != std::errc{} || end != last || bits < 0 || bits > most) return std::nullopt;
    }
    if (is_mapped(*address)) bits -= mapped_prefix_bits;
    if (bits < 0) return std::nullopt;
    return Network{bytes_of(*address), bits};
}

bool TrustedProxies::is_network(std::string_view text) { return parse(text).has_value(); }

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
    for (const std::string& text : networks) {
        auto network = parse(text);
        KS_ASSERT(network);
        networks_.push_back(std::move(*network));
    }
}

bool TrustedProxies::trusts(const std::string& text) const {
    if (networks_.empty()) return false;
    auto address = parsed(text);
    if (!address) return false;
    std::string bytes = bytes_of(*address);
    for (const Network& network : networks_) {
        if (network.bytes.size() != bytes.size()) continue;
        bool inside = true;
        for (int bit = 0; bit < network.bits && inside; ++bit) {
            inside = ((bytes[bit / 8] ^ network.bytes[bit / 8]) & (0x80 >> bit % 8)) == 0;
        }
        if (inside) return true;
    }
    return false;
}

}  // namespace ks::edge
