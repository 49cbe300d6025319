#include "edge/page.h"

#include "base/crypto.h"

namespace ks {

namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #566375; --paper: #f4f6f9; --card: #fff; --line: #d5dce5; --accent: #0b5cad; --on-accent: #fff; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --quiet: #a3b0c0; --paper: #12171e; --card: #1b222c; --line: #344052; --accent: #7db8f5; --on-accent: #0c1a29; --bad: #ff9a91 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 28rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 2rem }
h1 { margin: 0 0 .5rem; font-size: 1.35rem; line-height: 1.3; overflow-wrap: anywhere }
p { margin: 0 0 1rem; color: var(--quiet) }
p.bad { color: var(--bad) }
dl { margin: 0 0 1.5rem; display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem }
dt { color: var(--quiet) } dd { margin: 0 }
label { display: block; margin: 0 0 1rem; font-weight: 600 }
input { display: block; width: 100%; margin-top: .25rem; padding: .6rem .75rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--quiet); border-radius: 8px }
a.button, button { display: block; width: 100%; padding: .75rem 1rem; text-align: center; font: inherit; font-weight: 600; text-decoration: none; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px; cursor: pointer }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
footer { margin-top: 1.5rem; font-size: .85rem; color: var(--quiet) }
)";

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

net::Response html_page(int status, std::string_view title, std::string_view body, std::string_view script) {
    std::string nonce = random_token(16);
    std::string html =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n<title>";
    html.append(html_escape(title)).append(" · KingShare</title>\n<style nonce=\"").append(nonce).append("\">").append(style);
    html.append("</style>\n</head>\n<body>\n<main>\n").append(body).append("\n<footer>KingShare</footer>\n</main>\n");
    if (!script.empty()) html.append("<script nonce=\"").append(nonce).append("\">").append(script).append("</script>\n");
    html.append("</body>\n</html>\n");
    net::Response response{.status = status};
    response.with("Content-Type", "text/html; charset=utf-8")
        .with("Cache-Control", "no-store")
        .with("Content-Security-Policy", "default-src 'none'; style-src 'nonce-" + nonce + "'" +
                                             (script.empty() ? "" : "; script-src 'nonce-" + nonce + "'") +
                                             "; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
        .with("X-Content-Type-Options", "nosniff")
        .with("X-Frame-Options", "DENY")
        .with("Referrer-Policy", "no-referrer");
    response.body = std::move(html);
    return response;
}

}  // namespace ks
