#include "edge/content.h"

#include "base/crypto.h"
#include "base/size.h"
#include "codec/json.h"
#include "edge/problem.h"
#include "model/content_type.h"
#include "net/http_date.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace ks::edge {

namespace {

// Parses all of `text` as a number, saturating on overflow.
std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size()) return std::nullopt;
    if (error == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
    return error == std::errc{} ? std::optional(value) : std::nullopt;
}

struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

enum class RangeKind { None, One, Unsatisfiable };

// Parses a Range header. An invalid range is ignored (RFC 9110 §14.2).
RangeKind parse_range(std::string_view header, std::uint64_t size, Range& range) {
    constexpr std::string_view unit = "bytes=";
    if (header.size() < unit.size() || strncasecmp(header.data(), unit.data(), unit.size()) != 0) return RangeKind::None;
    header.remove_prefix(unit.size());
    auto dash = header.find('-');
    if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return RangeKind::None;
    auto first = whole_number(header.substr(0, dash));
    auto last = whole_number(header.substr(dash + 1));
    if (dash == 0) {  // suffix range: the last N bytes
        if (!last) return RangeKind::None;
        if (*last == 0 || size == 0) return RangeKind::Unsatisfiable;
        range = {size - std::min(*last, size), size - 1};
        return RangeKind::One;
    }
    if (!first || (!last && dash + 1 != header.size()) || (last && *last < *first)) return RangeKind::None;
    if (*first >= size) return RangeKind::Unsatisfiable;
    range = {*first, std::min(last.value_or(size - 1), size - 1)};
    return RangeKind::One;
}

// Returns whether a weighted list of algorithms asks for SHA-256: "sha-256=3" (RFC 9530 §4) or "SHA-256;q=0.3" (RFC 3230 §4.3.1). A weight
// of 0 declines.
bool wants_sha256(std::string_view header) {
    constexpr std::string_view ours = "sha-256";
    bool wanted = false;
    while (!header.empty()) {
        auto item = header.substr(0, header.find(','));
        header.remove_prefix(std::min(item.size() + 1, header.size()));
        item.remove_prefix(std::min(item.find_first_not_of(" \t"), item.size()));
        auto name = item.substr(0, item.find_first_of(" \t;="));
        if (name.size() != ours.size() || strncasecmp(name.data(), ours.data(), ours.size()) != 0) continue;
        auto sign = item.find('=');
        auto weight = sign == std::string_view::npos ? "1" : item.substr(sign + 1);
        wanted = weight.find_first_not_of("0. \t") != std::string_view::npos;
    }
    return wanted;
}

// Fetch destinations allowed for uploaded content: navigation, fetch(), media. Any other (script, style, worker, frame) would let hostile
// content act for the requesting page. Non-browser clients and older browsers send no destination.
bool is_allowed_destination(std::string_view destination) {
    constexpr std::array<std::string_view, 8> allowed{"", "document", "empty", "image", "audio", "video", "track", "font"};
    return std::find(allowed.begin(), allowed.end(), destination) != allowed.end();
}

// Evaluates preconditions in the order of RFC 9110 §13.2.2. Returns the 412 or 304, nullopt if they hold. Dates apply only without the
// corresponding entity tag header; an invalid date is ignored.
std::optional<net::Response> failed_condition(const net::Request& request, std::string_view tag, std::time_t modified) {
    if (auto match = request.header("If-Match"); !match.empty()) {
        if (!lists_tag(match, tag, false)) return problem({ErrorCode::PreconditionFailed, "The file does not match If-Match"});
    } else if (auto since = net::parse_http_date(request.header("If-Unmodified-Since")); since && modified > *since) {
        return problem({ErrorCode::PreconditionFailed, "The file was modified after If-Unmodified-Since"});
    }
    if (auto match = request.header("If-None-Match"); !match.empty()) {
        if (lists_tag(match, tag, true)) return net::Response{.status = 304};
    } else if (auto since = net::parse_http_date(request.header("If-Modified-Since")); since && modified <= *since) {
        return net::Response{.status = 304};
    }
    return std::nullopt;
}

// Evaluates If-Range (RFC 9110 §13.1.5). Both validators are strong, as the content of a file id never changes.
bool range_holds(std::string_view if_range, std::string_view tag, std::time_t modified) {
    return if_range.empty() || if_range == tag || net::parse_http_date(if_range) == modified;
}

}  // namespace

bool lists_tag(std::string_view header, std::string_view tag, bool weak) {
    if (header == "*") return true;
    while (!header.empty()) {
        auto end = std::min(header.find(','), header.size());
        auto item = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
        while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
        if (weak && item.substr(0, 2) == "W/") item.remove_prefix(2);
        if (item == tag) return true;
    }
    return false;
}

std::string content_disposition(std::string_view filename, bool inline_wanted) {
    static constexpr std::string_view attribute_characters = "!#$&+-.^_`|~";
    std::string plain, extended;
    for (unsigned char c : filename) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        // '%' too: some clients percent-decode the plain form.
        plain += c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '%' ? '_' : static_cast<char>(c);
        if (letter || attribute_characters.find(static_cast<char>(c)) != std::string_view::npos) {
            extended += static_cast<char>(c);
        } else {
            extended += '%';
            for (char digit : hex({reinterpret_cast<const char*>(&c), 1})) extended += static_cast<char>(digit >= 'a' ? digit - 32 : digit);
        }
    }
    std::string value = std::string(inline_wanted ? "inline" : "attachment") + "; filename=\"" + plain + "\"";
    return plain == filename ? value : value + "; filename*=UTF-8''" + extended;
}

ContentPlan plan_content(const net::Request& request, const File& file, bool inline_wanted) {
    std::string tag = "\"" + hex(file.sha256) + "\"";
    std::time_t modified = to_millis(file.created_at) / 1000;
    ContentPlan plan{.length = file.size};
    plan.response.with("ETag", tag)
        .with("Last-Modified", net::http_date(modified))
        .with("Accept-Ranges", "bytes")
        .with("Cache-Control", "private, no-cache")
        .with("X-Content-Type-Options", "nosniff")
        .with("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'")
        .with("Cross-Origin-Resource-Policy", "same-origin")
        .with("Referrer-Policy", "no-referrer");
    if (auto destination = request.header("Sec-Fetch-Dest"); !is_allowed_destination(destination)) {
        plan.response =
            problem({ErrorCode::Forbidden, "Files can't be used as scripts, styles, workers or frames; open or download the file"});
        return plan;
    }
    if (auto failed = failed_condition(request, tag, modified)) {
        plan.response.status = failed->status;
        if (failed->status != 304) plan.response = std::move(*failed);
        return plan;
    }
    Range range;
    RangeKind kind =
        range_holds(request.header("If-Range"), tag, modified) ? parse_range(request.header("Range"), file.size, range) : RangeKind::None;
    if (kind == RangeKind::Unsatisfiable) {
        plan.response =
            problem({ErrorCode::RangeNotSatisfiable, "The range is outside the file, which has " + std::to_string(file.size) + " bytes"});
        plan.response.with("Content-Range", "bytes */" + std::to_string(file.size));
        return plan;
    }
    std::string type = safe_content_type(file.content_type);
    plan.lacks_charset = inline_wanted && lacks_charset(type);
    plan.response.with("Content-Type", type).with("Content-Disposition", content_disposition(file.filename, inline_wanted));
    if (kind == RangeKind::One) {
        plan.response.status = 206;
        plan.offset = range.first;
        plan.length = range.last - range.first + 1;
        plan.response.with("Content-Range",
                           "bytes " + std::to_string(range.first) + "-" + std::to_string(range.last) + "/" + std::to_string(file.size));
    }
    std::string digest = base64(file.sha256);
    std::string field = "sha-256=:" + digest + ":";
    plan.response.with("Repr-Digest", field);
    if (kind == RangeKind::None && wants_sha256(request.header("Want-Content-Digest"))) plan.response.with("Content-Digest", field);
    if (wants_sha256(request.header("Want-Digest"))) plan.response.with("Digest", "sha-256=" + digest);
    plan.response.head_length = plan.length;
    return plan;
}

awaitable<Result<void>> add_charset(ContentPlan& plan, engine::Files& files, const File& file) {
    constexpr std::size_t looked_at = 64_KiB;
    if (!plan.lacks_charset) co_return Result<void>{};
    KS_CO_TRY(auto blob, co_await files.content(file));
    std::string bytes(std::min<std::uint64_t>(looked_at, file.size), '\0');
    if (!bytes.empty()) {
        auto start = blob->stream(0, bytes.size());
        KS_CO_TRY(std::size_t size, co_await start->read(bytes));
        bytes.resize(size);
    }
    if (!looks_like_utf8(bytes)) co_return Result<void>{};
    for (auto& [name, value] : plan.response.headers) {
        if (name == "Content-Type") value += "; charset=utf-8";
    }
    co_return Result<void>{};
}

std::string file_json(const File& file) {
    return codec::JsonWriter()
        .add("id", file.id.text())
        .add("filename", file.filename)
        .add("size", file.size)
        .add("content_type", file.content_type)
        .add("sha256", hex(file.sha256))
        .add("created_at", file.created_at)
        .add("owner_id", file.owner_id.text())
        .text();
}

}  // namespace ks::edge
