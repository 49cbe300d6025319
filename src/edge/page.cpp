#include "edge/page.h"

#include "base/result.h"
#include "edge/site.h"

namespace ks {

namespace {

// What stands between two marks of the file.
void replace_between(std::string& html, std::string_view first, std::string_view last, std::string_view text) {
    auto begin = html.find(first);
    auto end = html.find(last, begin);
    KS_ASSERT(begin != std::string::npos && end != std::string::npos);
    begin += first.size();
    html.replace(begin, end - begin, text);
}

}  // namespace

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

net::Response html_page(int status, std::string_view file, std::string_view title, std::string_view body, const PageFacts& facts) {
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

}  // namespace ks
