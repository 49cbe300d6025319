#include "net/target.h"

#include "base/crypto.h"

#include <boost/url/parse.hpp>
#include <boost/url/parse_query.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/url_view.hpp>
#include <strings.h>

namespace ks::net {

namespace urls = boost::urls;

namespace {

// Browsers and curl send characters in the query that RFC 3986 §3.4 forbids; percent-encode them, they are unambiguous.
std::string with_encoded_query(std::string_view text) {
    constexpr std::string_view left_as_they_are = "\"<>[\\]^`{|}";
    std::string encoded;
    bool in_query = false;
    for (char c : text) {
        bool stays = !in_query || (static_cast<unsigned char>(c) < 0x80 && left_as_they_are.find(c) == std::string_view::npos);
        in_query = in_query || c == '?';
        if (stays) {
            encoded += c;
        } else {
            encoded += '%' + hex({&c, 1});
        }
    }
    return encoded;
}

}  // namespace

std::string_view Target::parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
        if (key == name) return value;
    }
    return {};
}

bool Target::has(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
        if (key == name) return true;
    }
    return false;
}

Result<Target> parse_target(std::string_view text) {
    std::string encoded;
    auto url = urls::parse_origin_form(text);
    if (!url) url = urls::parse_origin_form(encoded = with_encoded_query(text));
    if (!url)
        return fail(ErrorCode::InvalidRequest,
                    "The request target must be a path; characters that RFC 3986 doesn't allow must be percent-encoded");
    Target target;
    for (std::string segment : url->segments()) target.segments.push_back(std::move(segment));
    if (target.segments.size() == 1 && target.segments[0].empty()) target.segments.clear();
    urls::encoding_opts plus_is_space;
    plus_is_space.space_as_plus = true;
    for (auto parameter : url->params(plus_is_space)) target.parameters.emplace_back(parameter.key, parameter.value);
    return target;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text) {
    auto target = parse_target("/?" + std::string(text));
    if (!target) return fail(ErrorCode::InvalidRequest, "The form must be URL-encoded");
    return std::move(target->parameters);
}

std::optional<std::string> parse_ext_value(std::string_view text) {
    constexpr std::string_view mark = "UTF-8''";
    if (text.size() < mark.size() || strncasecmp(text.data(), mark.data(), mark.size()) != 0) return std::nullopt;
    auto encoded = urls::make_pct_string_view(text.substr(mark.size()));
    return encoded ? std::optional(encoded->decode()) : std::nullopt;
}

}  // namespace ks::net
