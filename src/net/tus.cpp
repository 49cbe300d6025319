#include "net/tus.h"

#include "base/crypto.h"
#include "base/unicode.h"

#include <charconv>
#include <limits>

namespace ks::net::tus {

namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string_view take_until(std::string_view& text, char separator) {
    std::size_t end = std::min(text.find(separator), text.size());
    std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

// Returns the value of an Item without its parameters (RFC 9651 §3.3).
std::string_view boolean_item(std::string_view text) { return trim(text.substr(0, text.find(';'))); }

}  // namespace

Result<std::uint64_t> parse_length(std::string_view field, std::string_view text) {
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || error == std::errc::invalid_argument) {
        return bad_field(std::string(field), std::string(field) + " must be a number of bytes, in decimal digits");
    }
    if (error == std::errc::result_out_of_range) return fail(ErrorCode::TooLarge, "File too large: the limit is 2^63-1 bytes");
    return value;
}

Result<std::uint64_t> parse_offset(std::string_view field, std::string_view text) {
    auto value = parse_length(field, text);
    if (!value || *value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return bad_field(std::string(field), std::string(field) + " must be a number of bytes from 0 to 2^63-1, in decimal digits");
    }
    return value;
}

Result<void> refuse_draft_piece(std::string_view complete, std::string_view incomplete) {
    bool is_whole = (complete.empty() || boolean_item(complete) == "?1") && (incomplete.empty() || boolean_item(incomplete) == "?0");
    if (is_whole) return {};
    return bad_field(complete.empty() ? "Upload-Incomplete" : "Upload-Complete",
                     "Partial uploads are not supported here and nothing was stored; send the whole file, or use tus 1.0.0 at "
                     "/api/v1/uploads");
}

Result<std::map<std::string, std::string>> parse_metadata(std::string_view text) {
    constexpr auto field = "Upload-Metadata";
    std::map<std::string, std::string> metadata;
    if (!is_ascii(text)) return bad_field(field, "Upload-Metadata must be ASCII");
    while (!text.empty()) {
        std::string_view value = trim(take_until(text, ','));
        std::string key(take_until(value, ' '));
        auto decoded = from_base64(trim(value));
        if (key.empty()) return bad_field(field, "Upload-Metadata must be a comma-separated list of \"key base64-value\"");
        if (!decoded) return bad_field(field, "The value of \"" + key + "\" in Upload-Metadata is not base64");
        if (!metadata.emplace(key, *decoded).second) return bad_field(field, "Upload-Metadata contains \"" + key + "\" twice");
    }
    return metadata;
}

Result<UploadChecksum> parse_checksum(std::string_view text) {
    std::string algorithm(take_until(text, ' '));
    auto digest = from_base64(trim(text));
    if (algorithm.empty() || !digest || digest->empty()) {
        return bad_field("Upload-Checksum", "Upload-Checksum must be an algorithm and a digest in base64, like \"sha256 …\"");
    }
    return UploadChecksum{std::move(algorithm), std::move(*digest)};
}

Result<std::vector<FileId>> parse_parts(std::string_view text, std::string_view path) {
    std::vector<FileId> ids;
    if (!is_ascii(text)) return bad_field("Upload-Concat", "Upload-Concat must be ASCII");
    for (text = trim(text); !text.empty(); text = trim(text)) {
        std::string_view url = take_until(text, ' ');
        if (url.ends_with('/')) url.remove_suffix(1);
        std::size_t at = url.find(path);
        auto id = at == std::string_view::npos ? std::nullopt : FileId::parse(url.substr(at + path.size()));
        if (!id) return bad_field("Upload-Concat", "\"" + std::string(url) + "\" is not the URL of an upload on this server");
        ids.push_back(*id);
    }
    return ids;
}

}  // namespace ks::net::tus
