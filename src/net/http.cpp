#include "net/http.h"

#include <algorithm>
#include <strings.h>

namespace ks::net {

namespace {

constexpr auto whole_body_time = std::chrono::seconds(30);

bool same_name(std::string_view a, std::string_view b) { return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0; }

}  // namespace

bool Request::has_header(std::string_view name) const {
    return std::any_of(headers.begin(), headers.end(), [name](const auto& header) { return same_name(header.first, name); });
}

std::string_view Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) return value;
    }
    return {};
}

std::string_view Request::cookie(std::string_view name) const {
    std::string_view rest = header("Cookie");
    while (!rest.empty()) {
        auto end = std::min(rest.find(';'), rest.size());
        auto pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        while (!pair.empty() && (pair.front() == ' ' || pair.front() == ',')) pair.remove_prefix(1);
        if (pair.size() > name.size() && pair.substr(0, name.size()) == name && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
    }
    return {};
}

awaitable<Result<std::string>> Exchange::read_all(std::size_t limit) {
    auto too_large = fail(ErrorCode::TooLarge, "Body too large: the limit is " + std::to_string(limit) + " bytes");
    if (request().content_length.value_or(0) > limit) co_return too_large;
    std::string body;
    char piece[4096];
    auto deadline = std::chrono::steady_clock::now() + whole_body_time;
    while (true) {
        if (std::chrono::steady_clock::now() > deadline)
            co_return fail(ErrorCode::InvalidRequest, "Timeout: the body must arrive within 30 seconds");
        KS_CO_TRY(std::size_t size, co_await read_some(piece));
        if (size == 0) co_return body;
        if (body.size() + size > limit) co_return too_large;
        body.append(piece, size);
    }
}

bool is_media_type(std::string_view content_type, std::string_view type) {
    std::string_view given = content_type.substr(0, content_type.find(';'));
    given = given.substr(0, given.find_last_not_of(" \t") + 1);
    return given.size() == type.size() && strncasecmp(given.data(), type.data(), type.size()) == 0;
}

std::string http_date(std::time_t time) {
    char text[32];
    std::tm parts;
    gmtime_r(&time, &parts);
    std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text, size};
}

std::string_view status_text(int status) {
    switch (status) {
        case 100: return "Continue";
        case 101: return "Switching Protocols";
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 426: return "Upgrade Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 460: return "Checksum Mismatch";
        case 500: return "Internal Server Error";
        case 503: return "Service Unavailable";
        case 507: return "Insufficient Storage";
        default: return "Status";
    }
}

}  // namespace ks::net
