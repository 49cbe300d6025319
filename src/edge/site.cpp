#include "edge/site.h"

#include "base/crypto.h"
#include "base/embedded.h"
#include "edge/content.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace ks::edge {

namespace {

constexpr std::string_view folder = "web/";
constexpr std::string_view application = "index.html";

struct SiteFile {
    std::string_view type;
    std::string tag;  // ETag of the uncompressed form
    std::string_view plain, brotli, gzip;
};

std::string_view type_of(std::string_view path) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> types{{{".html", "text/html; charset=utf-8"},
                                                                                         {".js", "text/javascript; charset=utf-8"},
                                                                                         {".css", "text/css; charset=utf-8"},
                                                                                         {".svg", "image/svg+xml"},
                                                                                         {".png", "image/png"},
                                                                                         {".woff2", "font/woff2"},
                                                                                         {".webmanifest", "application/manifest+json"},
                                                                                         {".txt", "text/plain; charset=utf-8"}}};
    for (const auto& [ending, type] : types) {
        if (path.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

std::map<std::string_view, SiteFile> read_site() {
    std::map<std::string_view, SiteFile> files;
    for (const EmbeddedFile& file : embedded_files()) {  // sorted, so "x.js" precedes "x.js.br"
        if (!file.path.starts_with(folder)) continue;
        std::string_view path = file.path.substr(folder.size());
        auto stem = path.substr(0, path.size() - 3);
        if (path.ends_with(".br") && files.contains(stem)) {
            files[stem].brotli = file.content;
        } else if (path.ends_with(".gz") && files.contains(stem)) {
            files[stem].gzip = file.content;
        } else {
            files[path] = {.type = type_of(path), .tag = hex(sha256(file.content)).substr(0, 32), .plain = file.content};
        }
    }
    return files;
}

const SiteFile* find(std::string_view path) {
    static const auto files = read_site();
    auto found = files.find(path);
    return found == files.end() ? nullptr : &found->second;
}

// Returns whether Accept-Encoding (RFC 9110 §12.5.3) lists `coding` with a nonzero weight.
bool takes(std::string_view header, std::string_view coding) {
    while (!header.empty()) {
        auto item = header.substr(0, header.find(','));
        header.remove_prefix(std::min(item.size() + 1, header.size()));
        item.remove_prefix(std::min(item.find_first_not_of(" \t"), item.size()));
        if (item.substr(0, item.find_first_of(" \t;")) != coding) continue;
        auto sign = item.find("q=");
        return sign == std::string_view::npos || item.find_first_of("123456789", sign) != std::string_view::npos;
    }
    return false;
}

// Returns whether the request is a top-level navigation rather than a subresource.
bool is_navigation(const net::Request& request) {
    if (request.method != "GET" && request.method != "HEAD") return false;
    if (auto mode = request.header("Sec-Fetch-Mode"); !mode.empty() && mode != "navigate") return false;
    return request.header("Accept").find("text/html") != std::string_view::npos;
}

}  // namespace

std::optional<net::Response> site_file(const net::Request& request, std::string_view path, std::string_view prefix) {
    const SiteFile* file = find(path);
    if (!file) return std::nullopt;
    std::string_view coding, content = file->plain;
    auto accepted = request.header("Accept-Encoding");
    bool rewritten = !prefix.empty() && path.ends_with(".html");
    if (!rewritten && !file->brotli.empty() && takes(accepted, "br")) {
        coding = "br", content = file->brotli;
    } else if (!rewritten && !file->gzip.empty() && takes(accepted, "gzip")) {
        coding = "gzip", content = file->gzip;
    }
    std::string tag = "\"" + file->tag + (coding.empty() ? "" : "-") + std::string(coding);
    if (rewritten) tag += "-" + hex(sha256(prefix)).substr(0, 16);
    tag += '"';
    net::Response response;
    response.with("ETag", tag)
        .with("Cache-Control", path.starts_with("assets/") ? "public, max-age=31536000, immutable" : "no-cache")
        .with("Vary", "Accept-Encoding");
    if (path.ends_with(".html")) {
        add_page_headers(response);
    } else {
        response.with("X-Content-Type-Options", "nosniff").with("Cross-Origin-Resource-Policy", "same-origin");
    }
    if (lists_tag(request.header("If-None-Match"), tag, true)) {
        response.status = 304;
        return response;
    }
    response.with("Content-Type", std::string(file->type));
    if (!coding.empty()) response.with("Content-Encoding", std::string(coding));
    response.body = content;
    return response;
}

std::optional<net::Response> site_answer(const net::Request& request, const std::vector<std::string>& segments, std::string_view prefix) {
    if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
    if (segments.size() == 1 && !segments[0].ends_with(".html")) {
        if (auto file = site_file(request, segments[0], prefix)) return file;
    }
    static constexpr std::array others = {"api", "assets", "s", "ws"};
    bool is_page = segments.empty() || std::find(others.begin(), others.end(), segments[0]) == others.end();
    return is_page && is_navigation(request) ? site_file(request, application, prefix) : std::nullopt;
}

std::string page_under(std::string_view prefix, std::string_view html) {
    constexpr std::string_view root = "=\"/";
    constexpr std::string_view element = "<html";
    std::string page;
    while (!html.empty()) {
        auto at = std::min(html.find(root), html.size());
        page.append(html.substr(0, at));
        html.remove_prefix(at);
        if (html.empty()) break;
        page.append("=\"").append(prefix).append("/");
        html.remove_prefix(root.size());
    }
    if (auto at = page.find(element); at != std::string::npos) {
        page.insert(at + element.size(), " data-base=\"" + std::string(prefix) + "\"");
    }
    return page;
}

std::string_view site_text(std::string_view path) {
    const SiteFile* file = find(path);
    return file ? file->plain : std::string_view();
}

void add_page_headers(net::Response& response) {
    response
        .with(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
            "frame-src 'self' blob:; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
        .with("X-Content-Type-Options", "nosniff")
        .with("X-Frame-Options", "DENY")
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Referrer-Policy", "no-referrer");
}

}  // namespace ks::edge
