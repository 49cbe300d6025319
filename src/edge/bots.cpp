#include "edge/bots.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace ks::edge {

namespace {

// Parts of the User-Agents of bots, in lower case.
constexpr std::string_view bots[] = {
    // crawlers in general
    "bot", "crawl", "spider", "preview",
    // social networks
    "facebookexternalhit", "facebookcatalog", "vkshare", "pinterest", "mastodon", "pleroma", "misskey", "lemmy", "snapchat",
    "kakaotalk-scrap",
    // messengers
    "whatsapp", "slack-img", "skypeuripreview", "mattermost", "rocket.chat", "viber", "signal",
    // embedding and reading services
    "embedly", "iframely", "google-read", "google-pagerenderer", "bitlybot", "zoominfo",
    // office programs, which look at links in documents and mails
    "microsoft office", "ms-office", "outlook"};

// Products that are no bots although their names contain the name of one: a maker of telephones.
constexpr std::string_view exceptions[] = {"cubot"};

// Headers by which browsers mark requests that nobody has asked for yet.
constexpr std::string_view purpose_headers[] = {"Purpose", "Sec-Purpose", "X-Purpose", "X-Moz"};

bool is_prefetch(const net::Request& request) {
    return std::any_of(std::begin(purpose_headers), std::end(purpose_headers), [&](std::string_view header) {
        std::string_view purpose = request.header(header);
        return purpose.find("prefetch") != std::string_view::npos || purpose.find("preview") != std::string_view::npos;
    });
}

bool is_bot(std::string agent) {
    for (char& c : agent) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    for (std::string_view exception : exceptions) {
        if (auto at = agent.find(exception); at != std::string::npos) agent.erase(at, exception.size());
    }
    return std::any_of(std::begin(bots), std::end(bots), [&](std::string_view bot) { return agent.find(bot) != std::string::npos; });
}

}  // namespace

bool is_robot(const net::Request& request) {
    return request.method == "HEAD" || is_prefetch(request) || is_bot(std::string(request.header("User-Agent")));
}

}  // namespace ks::edge
