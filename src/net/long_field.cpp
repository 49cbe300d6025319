#include "net/long_field.h"

#include <algorithm>
#include <atomic>
#include <strings.h>

namespace ks::net {

namespace {

constexpr unsigned max_long_heads = 64;
std::atomic<unsigned> long_heads = 0;

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; }

}  // namespace

std::optional<std::string> cut_field(std::string& head, std::string_view name) {
    std::size_t end = head.find("\r\n\r\n");
    for (std::size_t at = head.find("\r\n"); at < end; at = head.find("\r\n", at + 2)) {
        std::size_t colon = at + 2 + name.size();
        if (colon >= head.size() || head[colon] != ':' || strncasecmp(head.data() + at + 2, name.data(), name.size()) != 0) continue;
        std::size_t line_end = head.find("\r\n", colon);
        std::size_t first = std::min(head.find_first_not_of(" \t", colon + 1), line_end);
        std::string value = head.substr(first, line_end - first);
        value.erase(value.find_last_not_of(" \t") + 1);
        if (std::any_of(value.begin(), value.end(), is_control)) return std::nullopt;
        head.erase(at, line_end - at);
        return value;
    }
    return std::nullopt;
}

LongHeadSlot::LongHeadSlot() : is_free_(long_heads.fetch_add(1) < max_long_heads) {}
LongHeadSlot::~LongHeadSlot() { long_heads.fetch_sub(1); }

}  // namespace ks::net
