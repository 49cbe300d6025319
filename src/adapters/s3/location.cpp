#include "adapters/s3/location.h"

#include <algorithm>
#include <charconv>

namespace ks::s3 {

namespace {

constexpr unsigned fewest_parts = 100;
constexpr unsigned most_parts = 10'000;  // the limit of S3

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool has_only(std::string_view text, std::string_view marks) {
    auto fits = [marks](char c) { return is_alphanumeric(c) || marks.find(c) != std::string_view::npos; };
    return std::all_of(text.begin(), text.end(), fits);
}

std::string encode(std::string_view text, std::string_view kept) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (char c : text) {
        if (is_alphanumeric(c) || kept.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            auto byte = static_cast<unsigned char>(c);
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return encoded;
}

Result<void> set_endpoint(Location& location, std::string_view url) {
    constexpr std::string_view plain = "http://";
    constexpr std::string_view tls = "https://";
    bool is_plain = url.starts_with(plain);
    if (!is_plain && !url.starts_with(tls)) return bad_field("endpoint", "endpoint must begin with http:// or https://");
    url.remove_prefix(is_plain ? plain.size() : tls.size());
    if (url.ends_with('/')) url.remove_suffix(1);
    if (url.empty() || !has_only(url, ".-:[]")) return bad_field("endpoint", "endpoint must be a host, or HOST:PORT");
    std::string_view implied = is_plain ? ":80" : ":443";
    if (url.ends_with(implied)) url.remove_suffix(implied.size());
    location.scheme = is_plain ? "http" : "https";
    location.authority = url;
    return {};
}

Result<void> set_parts(Location& location, std::string_view text) {
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), location.most_parts);
    bool fits = error == std::errc() && end == text.data() + text.size();
    if (fits && location.most_parts >= fewest_parts && location.most_parts <= most_parts) return {};
    return bad_field("parts", "parts must be a number from 100 to 10000");
}

}  // namespace

Result<Location> parse_location(std::string_view url) {
    constexpr std::string_view scheme = "s3://";
    if (!url.starts_with(scheme)) return bad_field("url", "it must begin with s3://");
    url.remove_prefix(scheme.size());
    std::string_view query;
    if (auto mark = url.find('?'); mark != std::string_view::npos) {
        query = url.substr(mark + 1);
        url = url.substr(0, mark);
    }
    Location location{.region = "us-east-1"};
    auto slash = url.find('/');
    location.bucket = url.substr(0, slash);
    if (slash != std::string_view::npos) location.prefix = url.substr(slash + 1);
    if (!location.prefix.empty() && !location.prefix.ends_with('/')) location.prefix += '/';
    if (location.bucket.empty() || !has_only(location.bucket, ".-_")) return bad_field("bucket", "it must name a bucket after s3://");
    if (!has_only(location.prefix, ".-_/") || location.prefix.starts_with('/') || location.prefix.find("//") != std::string::npos) {
        return bad_field("prefix", "the prefix may have letters, digits, \".\", \"-\", \"_\" and single slashes");
    }
    while (!query.empty()) {
        std::string_view parameter = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), parameter.size() + 1));
        auto equals = parameter.find('=');
        std::string_view name = parameter.substr(0, equals);
        std::string_view value = equals == std::string_view::npos ? "" : parameter.substr(equals + 1);
        if (name == "endpoint") {
            KS_CHECK(set_endpoint(location, value));
        } else if (name == "region" && !value.empty() && has_only(value, "-_")) {
            location.region = value;
        } else if (name == "parts") {
            KS_CHECK(set_parts(location, value));
        } else {
            return bad_field("query", "after \"?\" it may have endpoint=URL, region=NAME and parts=COUNT, joined by \"&\"");
        }
    }
    if (location.authority.empty()) KS_CHECK(set_endpoint(location, "https://s3." + location.region + ".amazonaws.com"));
    return location;
}

std::string encoded(std::string_view text) { return encode(text, "-._~"); }
std::string encoded_path(std::string_view path) { return encode(path, "-._~/"); }

}  // namespace ks::s3
