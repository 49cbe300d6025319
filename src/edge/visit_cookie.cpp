#include "edge/visit_cookie.h"

#include "base/crypto.h"

#include <span>
#include <vector>

namespace ks::edge {

namespace {

constexpr std::size_t label_bytes = 4;  // hash prefix of the share token, to find an entry without computing every signature
constexpr std::size_t id_bytes = 16;
constexpr std::size_t signature_bytes = 16;
constexpr std::size_t entry_bytes = label_bytes + id_bytes + signature_bytes;
constexpr std::size_t entry_characters = entry_bytes * 4 / 3;
constexpr std::size_t max_entries = 16;
static_assert(entry_bytes % 3 == 0);

std::string label_of(const std::string& share_token) { return sha256(share_token).substr(0, label_bytes); }

std::string make_entry(const std::string& key, const std::string& share_token, const std::string& id) {
    std::string signature = hmac_sha256(key, share_token + "\n" + id).substr(0, signature_bytes);
    return label_of(share_token) + id + signature;
}

// Decodes the entries; signatures are not checked.
std::vector<std::string> entries_of(std::string_view value) {
    std::vector<std::string> entries;
    for (; entries.size() < max_entries && value.size() >= entry_characters; value.remove_prefix(entry_characters)) {
        if (auto entry = from_base64url(value.substr(0, entry_characters))) entries.push_back(std::move(*entry));
    }
    return entries;
}

}  // namespace

std::string make_visit_id() {
    std::string id(id_bytes, '\0');
    random_bytes(std::as_writable_bytes(std::span(id)));
    return id;
}

std::optional<std::string> find_visit_id(std::string_view cookie, const std::string& key, const std::string& share_token) {
    std::string label = label_of(share_token);
    for (const std::string& entry : entries_of(cookie)) {
        if (!entry.starts_with(label)) continue;
        std::string id = entry.substr(label_bytes, id_bytes);
        if (equal_in_constant_time(entry, make_entry(key, share_token, id))) return id;
    }
    return std::nullopt;
}

std::string add_visit_id(std::string_view cookie, const std::string& key, const std::string& share_token, const std::string& visit_id) {
    std::string value = base64url(make_entry(key, share_token, visit_id));
    std::string label = label_of(share_token);
    std::size_t count = 1;
    for (const std::string& entry : entries_of(cookie)) {
        if (count == max_entries || entry.starts_with(label)) continue;
        value += base64url(entry);
        ++count;
    }
    return value;
}

}  // namespace ks::edge
