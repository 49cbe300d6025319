#include "net/ws_handshake.h"

#include "base/crypto.h"
#include "net/ws_deflate.h"

#include <algorithm>
#include <array>
#include <optional>

namespace ks::net {

namespace {

constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z'); }

bool is_token_char(char c) { return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos; }

std::string_view trimmed(std::string_view text) {
    auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> list_of(std::string_view header) {
    std::vector<std::string_view> words;
    while (!header.empty()) {
        auto comma = std::min(header.find(','), header.size());
        if (auto word = trimmed(header.substr(0, comma)); !word.empty()) words.push_back(word);
        header.remove_prefix(std::min(comma + 1, header.size()));
    }
    return words;
}

bool lists(std::string_view header, std::string_view wanted) {
    return std::ranges::any_of(list_of(header), [&](auto word) { return same_word(word, wanted); });
}

// Returns whether the key is the base64 form of 16 bytes.
bool is_key(std::string_view key) {
    return key.size() == 24 && key.ends_with("==") &&
           std::ranges::all_of(key.substr(0, 22), [](char c) { return is_alphanumeric(c) || c == '+' || c == '/'; });
}

struct Parameter {
    std::string_view name;
    std::optional<std::string> value;
};

struct Offer {
    std::string_view name;
    std::vector<Parameter> parameters;
};

// Parses the list of RFC 6455 §9.1; returns nullopt if it violates the grammar.
class OfferReader {
public:
    explicit OfferReader(std::string_view header) : left_(header) {}

    std::optional<std::vector<Offer>> read() {
        std::vector<Offer> offers;
        while (true) {
            while (take(',')) {
            }
            if (left_.empty()) return offers;
            Offer offer{.name = token(), .parameters = {}};
            if (offer.name.empty()) return {};
            while (take(';')) {
                Parameter parameter{.name = token(), .value = {}};
                if (parameter.name.empty()) return {};
                if (take('=') && !(parameter.value = value())) return {};
                offer.parameters.push_back(std::move(parameter));
            }
            offers.push_back(std::move(offer));
            skip_blanks();
            if (!left_.empty() && left_.front() != ',') return {};
        }
    }

private:
    void skip_blanks() { left_.remove_prefix(std::min(left_.find_first_not_of(" \t"), left_.size())); }

    bool take(char c) {
        skip_blanks();
        if (left_.empty() || left_.front() != c) return false;
        left_.remove_prefix(1);
        return true;
    }

    std::string_view token() {
        skip_blanks();
        auto end = std::ranges::find_if_not(left_, is_token_char) - left_.begin();
        auto word = left_.substr(0, static_cast<std::size_t>(end));
        left_.remove_prefix(word.size());
        return word;
    }

    // Reads a token, or a quoted string that contains a token.
    std::optional<std::string> value() {
        if (!take('"')) {
            auto word = token();
            return word.empty() ? std::nullopt : std::optional(std::string(word));
        }
        std::string text;
        while (!left_.empty() && left_.front() != '"') {
            if (left_.front() == '\\') left_.remove_prefix(1);
            if (left_.empty() || !is_token_char(left_.front())) return {};
            text.push_back(left_.front());
            left_.remove_prefix(1);
        }
        if (text.empty() || !take('"')) return {};
        return text;
    }

    std::string_view left_;
};

// Parses 8 to 15 without leading zeros.
std::optional<int> window_bits(const std::string& value) {
    static constexpr std::array<std::string_view, 8> allowed{"8", "9", "10", "11", "12", "13", "14", "15"};
    auto found = std::ranges::find(allowed, value);
    return found == allowed.end() ? std::nullopt : std::optional(8 + static_cast<int>(found - allowed.begin()));
}

// Returns the response to one offer of permessage-deflate; nullopt to decline it (RFC 7692 §7): for an unknown or repeated parameter, an
// invalid value, or a server window smaller than ours. client_max_window_bits is a hint that needs no response: the inflater accepts any
// window.
std::optional<std::string> accepted(const Offer& offer) {
    std::string answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    bool server_context = false, client_context = false, server_bits = false, client_bits = false;
    for (const auto& [name, value] : offer.parameters) {
        bool* seen = name == "server_no_context_takeover"   ? &server_context
                     : name == "client_no_context_takeover" ? &client_context
                     : name == "server_max_window_bits"     ? &server_bits
                     : name == "client_max_window_bits"     ? &client_bits
                                                            : nullptr;
        if (!seen || *seen) return {};
        *seen = true;
        if (seen == &server_context || seen == &client_context) {
            if (value) return {};
        } else if (seen == &server_bits) {
            if (!value || !window_bits(*value) || *window_bits(*value) < deflate_window_bits) return {};
            answer += "; server_max_window_bits=" + *value;
        } else if (value && !window_bits(*value)) {
            return {};
        }
    }
    return answer;
}

}  // namespace

bool wants_websocket(const WsRequest& request) { return lists(request.upgrade, "websocket"); }

Result<WsAnswer> answer_handshake(const WsRequest& request) {
    if (!wants_websocket(request)) return fail(ErrorCode::UpgradeRequired, "This is a WebSocket endpoint: send Upgrade: websocket");
    if (request.method != "GET") return fail(ErrorCode::InvalidRequest, "The WebSocket handshake must use GET");
    if (!lists(request.connection, "upgrade")) return fail(ErrorCode::InvalidRequest, "The Connection header must contain Upgrade");
    if (trimmed(request.version) != "13")
        return fail(ErrorCode::UpgradeRequired, "Unsupported WebSocket version: Sec-WebSocket-Version must be 13");
    auto key = trimmed(request.key);
    if (!is_key(key)) return fail(ErrorCode::InvalidRequest, "Sec-WebSocket-Key must be 16 bytes in base64");
    auto offers = OfferReader(request.extensions).read();
    if (!offers) return fail(ErrorCode::InvalidRequest, "Sec-WebSocket-Extensions is malformed");

    WsAnswer answer;
    answer.accept = base64(sha1(std::string(key).append(guid)));
    for (const auto& offer : *offers) {
        if (offer.name != "permessage-deflate") continue;
        if (auto taken = accepted(offer)) {
            answer.deflate = true;
            answer.extensions = std::move(*taken);
            break;
        }
    }
    return answer;
}

std::vector<std::string_view> offered_protocols(std::string_view header) { return list_of(header); }

}  // namespace ks::net
