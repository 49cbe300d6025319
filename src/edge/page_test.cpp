#include "edge/page.h"

#include <gtest/gtest.h>

namespace ks::edge {
namespace {

bool asks(net::HeaderList headers) { return asks_for_page({.method = "GET", .headers = std::move(headers)}); }

TEST(AsksForPage, WhoeverAcceptsHtml) {
    for (auto* accept : {"", "text/html", "TEXT/HTML", "text/html;level=1", "*/*, text/html", "application/xhtml+xml", "text/*;q=0.5",
                         "text/html;q=0.01", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}) {
        EXPECT_TRUE(asks({{"Accept", accept}})) << accept;
    }
    EXPECT_TRUE(asks({}));
}

TEST(AsksForPage, NoProgram) {
    for (auto* accept : {"*/*", "application/octet-stream", "application/json, */*;q=0.5", "text/plain", "text/html;q=0",
                         "text/html;q=0.000, */*", "text/htmlx", "x-text/html", ",", "*"}) {
        EXPECT_FALSE(asks({{"Accept", accept}})) << accept;
    }
}

TEST(AsksForPage, BrowsersWhateverTheyAccept) {
    EXPECT_TRUE(asks({{"Accept", "*/*"}, {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"}}));
    EXPECT_TRUE(asks({{"Accept", "*/*"}, {"Sec-Fetch-Dest", "script"}}));
    EXPECT_TRUE(asks({{"Accept", "*/*"}, {"Sec-Fetch-Mode", "no-cors"}}));
}

}  // namespace
}  // namespace ks::edge
