#include "net/base_url.h"

#include "net/authority.h"

#include <strings.h>

#include <algorithm>

namespace ks::net {

namespace {

bool is_hex(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

// Accepts only characters with the same meaning in a URL, an HTML attribute and a cookie's Path.
bool is_segment(std::string_view text) {
    constexpr std::string_view others = "-._~!$+@:";
    if (text.empty() || text == "." || text == "..") return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        bool alphanumeric = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        if (alphanumeric || others.find(c) != std::string_view::npos) continue;
        if (c != '%' || i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
        auto code = text.substr(i + 1, 2);
        if (code[0] < '2' || code == "2f" || code == "2F" || code == "7f" || code == "7F") return false;  // control characters and slash
        i += 2;
    }
    return true;
}

bool is_prefix(std::string_view path) {
    while (!path.empty()) {
        path.remove_prefix(1);  // leading slash
        auto segment = path.substr(0, path.find('/'));
        if (!is_segment(segment)) return false;
        path.remove_prefix(segment.size());
    }
    return true;
}

}  // namespace

std::optional<BaseUrl> BaseUrl::parse(std::string_view text) {
    for (std::string_view scheme : {"http://", "https://"}) {
        if (text.size() < scheme.size() || strncasecmp(text.data(), scheme.data(), scheme.size()) != 0) continue;
        std::string_view rest = text.substr(scheme.size());
        std::string_view authority = rest.substr(0, rest.find('/'));
        std::string_view path = rest.substr(authority.size());
        if (path.ends_with('/')) path.remove_suffix(1);
        if (!is_authority(authority) || !is_prefix(path)) return std::nullopt;
        bool https = scheme == "https://";
        return BaseUrl{https, normalized_authority(authority, https), std::string(path)};
    }
    return std::nullopt;
}

}  // namespace ks::net
