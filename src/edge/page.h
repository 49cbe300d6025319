#pragma once

#include "net/http.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ks::edge {

// Returns whether the client wants HTML. True for browsers, without Accept, and if Accept lists HTML; `*/*` alone means a program that
// wants the file.
bool asks_for_page(const net::Request& request);

std::string html_escape(std::string_view text);

// Data for the page's script, passed as data- attributes.
using PageData = std::vector<std::pair<std::string_view, std::string>>;

// Renders a page that works without JavaScript: inserts `body` (HTML, escaped by the caller) into a site file ("share.html"). The script of
// that file, if any, replaces it with the interactive version. `title` and `facts` are escaped here.
net::Response html_page(int status, std::string_view file, std::string_view title, std::string_view body, const PageData& facts = {});

}  // namespace ks::edge
