#pragma once

#include "net/http.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ks {

// Whether the client asks for HTML. Browsers do; a client that accepts anything else alone, `*/*` too, is a program that wants the file.
bool asks_for_page(const net::Request& request);

std::string html_escape(std::string_view text);

// What the page's script is told, as data- attributes.
using PageFacts = std::vector<std::pair<std::string_view, std::string>>;

// A page that is readable without script: `body`, which is HTML, stands in a file of the site ("share.html") where its script, if there is
// any, builds the same and more.
net::Response html_page(int status, std::string_view file, std::string_view title, std::string_view body, const PageFacts& facts = {});

}  // namespace ks
