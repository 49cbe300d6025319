#include "net/authority.h"

#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace ks::net {

namespace {

constexpr std::size_t longest_host = 255;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

struct Parts {
    std::string_view host;  // including the brackets of an IPv6 address
    std::string_view port;  // including the colon
};

Parts split(std::string_view text) {
    auto bracket = text.starts_with('[') ? text.find(']') : 0;
    auto colon = bracket == std::string_view::npos ? bracket : text.find(':', bracket);
    if (colon == std::string_view::npos) return {text, {}};
    return {text.substr(0, colon), text.substr(colon)};
}

bool is_port(std::string_view text) {
    if (text.size() <= 1) return true;  // RFC 3986 §3.2.3: may be empty
    text.remove_prefix(1);
    std::uint16_t port = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port > 0;
}

bool is_host(std::string_view text) {
    if (text.empty() || text.size() > longest_host) return false;
    if (text.front() == '[') {
        auto inside = [](char c) { return is_alphanumeric(c) || c == ':' || c == '.'; };
        auto address = text.substr(1, text.size() - 2);
        if (text.size() < 4 || text.back() != ']' || !std::all_of(address.begin(), address.end(), inside)) return false;
        boost::system::error_code error;
        boost::asio::ip::make_address_v6(std::string(address), error);
        return !error;
    }
    auto allowed = [](char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; };
    return std::all_of(text.begin(), text.end(), allowed) && std::any_of(text.begin(), text.end(), is_alphanumeric);
}

}  // namespace

bool is_authority(std::string_view text) {
    Parts parts = split(text);
    return is_host(parts.host) && is_port(parts.port);
}

std::string normalized_authority(std::string_view authority, bool https) {
    Parts parts = split(authority);
    std::string normalized(parts.host);
    for (char& c : normalized) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    std::string_view port = parts.port;
    port.remove_prefix(std::min(port.find_first_not_of(":0"), port.size()));
    if (port.empty() || port == (https ? "443" : "80")) return normalized;
    return normalized.append(":").append(port);
}

}  // namespace ks::net
