#include "net/forwarded.h"

#include <boost/asio/ip/address.hpp>
#include <strings.h>

#include <algorithm>

namespace ks::net {

namespace {

namespace ip = boost::asio::ip;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A port number, or an obfuscated port (RFC 7239 §6.3).
bool is_node_port(std::string_view text) {
    auto obfuscated = [](char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' || c == '_' || c == '-'; };
    if (text.starts_with('_')) return text.size() > 1 && std::all_of(text.begin(), text.end(), obfuscated);
    return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<std::string> canonical_v4(std::string_view text) {
    boost::system::error_code error;
    auto address = ip::make_address_v4(std::string(text), error);
    return error ? std::nullopt : std::optional(address.to_string());
}

std::optional<std::string> canonical_v6(std::string_view text) {
    boost::system::error_code error;
    auto address = ip::make_address_v6(std::string(text.substr(0, text.find('%'))), error);
    if (error) return std::nullopt;
    if (address.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address).to_string();
    return address.to_string();
}

// Reads name=value pairs. A value is a quoted string or everything up to a delimiter, since many proxies omit the quotes.
class ForwardedReader {
public:
    explicit ForwardedReader(std::string_view text) : rest_(text) {}

    // Returns the next element, or nullopt if it is malformed; the rest of the header must not be read then.
    std::optional<ForwardedElement> next() {
        ForwardedElement element;
        has_pairs_ = false;
        do {
            skip_space();
            if (rest_.empty() || rest_.front() == ',' || rest_.front() == ';') continue;
            if (!read_pair(element)) return std::nullopt;
            has_pairs_ = true;
            skip_space();
        } while (take(';'));
        if (!rest_.empty() && !take(',')) return std::nullopt;
        return element;
    }

    bool done() const { return rest_.empty(); }
    bool has_pairs() const { return has_pairs_; }  // of the last element; false for an empty list member

private:
    void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool read_pair(ForwardedElement& element) {
        auto name = rest_.substr(0, rest_.find_first_of("=,;\" \t"));
        rest_.remove_prefix(name.size());
        if (name.empty() || !take('=')) return false;
        std::string value;
        if (!read_value(value)) return false;
        std::string* field = field_named(element, name);
        if (!field) return true;
        if (!field->empty()) return false;  // RFC 7239 §4: at most once
        *field = std::move(value);
        return true;
    }

    bool read_value(std::string& value) {
        if (!take('"')) {
            value = std::string(rest_.substr(0, rest_.find_first_of(",;\" \t")));
            rest_.remove_prefix(value.size());
            return !value.empty();
        }
        while (!take('"')) {
            take('\\');
            if (rest_.empty()) return false;
            value += rest_.front();
            rest_.remove_prefix(1);
        }
        return true;
    }

    static std::string* field_named(ForwardedElement& element, std::string_view name) {
        auto is = [name](std::string_view other) {
            return name.size() == other.size() && strncasecmp(name.data(), other.data(), name.size()) == 0;
        };
        if (is("for")) return &element.node;
        if (is("proto")) return &element.proto;
        if (is("host")) return &element.host;
        return nullptr;
    }

    std::string_view rest_;
    bool has_pairs_ = false;
};

}  // namespace

std::optional<std::string> parse_node_address(std::string_view text) {
    text = trimmed(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = trimmed(text.substr(1, text.size() - 2));
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    if (text.starts_with('[')) {
        auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        auto port = text.substr(end + 1);
        if (!port.empty() && (port.front() != ':' || !is_node_port(port.substr(1)))) return std::nullopt;
        return canonical_v6(text.substr(1, end - 1));
    }
    auto colon = text.find(':');
    if (colon == std::string_view::npos) return canonical_v4(text);
    if (text.find(':', colon + 1) != std::string_view::npos) return canonical_v6(text);
    return is_node_port(text.substr(colon + 1)) ? canonical_v4(text.substr(0, colon)) : std::nullopt;
}

std::vector<ForwardedElement> parse_forwarded(std::string_view header) {
    std::vector<ForwardedElement> elements;
    bool malformed = false;
    for (ForwardedReader reader(header); !reader.done() && !malformed;) {
        auto element = reader.next();
        malformed = !element;
        if (element && reader.has_pairs()) elements.push_back(std::move(*element));
    }
    if (!malformed) return elements;
    elements.clear();
    for (std::string_view part : split_list(header)) {
        ForwardedReader reader(part);
        elements.push_back(reader.next().value_or(ForwardedElement{}));
    }
    return elements;
}

std::vector<std::string_view> split_list(std::string_view header) {
    std::vector<std::string_view> members;
    while (!header.empty()) {
        auto member = header.substr(0, header.find(','));
        header.remove_prefix(std::min(member.size() + 1, header.size()));
        if (member = trimmed(member); !member.empty()) members.push_back(member);
    }
    return members;
}

}  // namespace ks::net
