#include "edge/page.h"

#include "base/result.h"
#include "edge/site.h"
#include "net/forwarded.h"

namespace ks::edge {

namespace {

// Replaces the text between two markers, each of which must exist.
void replace_between(std::string& html, std::string_view first, std::string_view last, std::string_view text) {
    auto begin = html.find(first);
    auto end = html.find(last, begin);
    KS_ASSERT(begin != std::string::npos && end != std::string::npos);
    begin += first.size();
    html.replace(begin, end - begin, text);
}

// Returns whether Accept (RFC 9110 §12.5.1) lists an HTML type with a nonzero weight.
bool accepts_html(std::string_view accept) {
    for (std::string_view range : net::split_list(accept)) {
        bool is_html = false;
        for (std::string_view type : {"text/html", "application/xhtml+xml", "text/*"}) is_html = is_html || net::is_media_type(range, type);
        auto weight = range.find("q=");
        if (is_html && (weight == std::string_view::npos || range.find_first_of("123456789", weight) != std::string_view::npos))
            return true;
    }
    return false;
}

}  // namespace

bool asks_for_page(const net::Request& request) {
    bool is_browser = !request.header("Sec-Fetch-Mode").empty() || !request.header("Sec-Fetch-Dest").empty() ||
                      request.header("User-Agent").starts_with("Mozilla/");
    std::string_view accept = request.header("Accept");
    return is_browser || accept.empty() || accepts_html(accept);
}

std::string html_escape(std::string_view text) {
    std::string escaped;
    for (char c : text) {
        switch (c) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            case '\'': escaped += "&#39;"; break;
            default: escaped += c;
        }
    }
    return escaped;
}

net::Response html_page(int status, std::string_view file, std::string_view title, std::string_view body, const PageData& facts) {
    std::string html(site_text(file));
    std::string attributes;
    for (const auto& [name, value] : facts) attributes.append(" data-").append(name).append("=\"").append(html_escape(value)).append("\"");
    replace_between(html, "<title>", "</title>", html_escape(title) + " · KingShare");
    replace_between(html, "<div id=\"app\"", "</div>", attributes + ">\n" + std::string(body) + "\n");
    net::Response response{.status = status};
    response.with("Content-Type", "text/html; charset=utf-8").with("Cache-Control", "no-store");
    add_page_headers(response);
    response.body = std::move(html);
    return response;
}

}  // namespace ks::edge
