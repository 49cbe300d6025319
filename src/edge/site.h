#pragma once

#include "net/http.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The web client built from web/ and embedded in the binary: the application, the public share page and their assets.
namespace ks::edge {

// Returns a site file ("assets/main-3f2a.js") compressed as the client accepts, or 304; nullopt if there is no such file. Names in assets/
// contain a content hash and are cached immutably; other files are revalidated each time. With a prefix, pages are sent uncompressed so
// that page_under() can rewrite them.
std::optional<net::Response> site_file(const net::Request& request, std::string_view path, std::string_view prefix);

// Fallback if no route matches: returns a site file, or for a browser navigation the application, which routes on the client side.
std::optional<net::Response> site_answer(const net::Request& request, const std::vector<std::string>& segments, std::string_view prefix);

// Rewrites the absolute URLs of a page to start with the prefix, and sets data-base for its scripts.
std::string page_under(std::string_view prefix, std::string_view html);

std::string_view site_text(std::string_view path);  // uncompressed content; empty: no such file

// Adds the policy for our pages: same-origin resources only, nothing inline, no framing, and no Referer, as the URL may contain a token.
void add_page_headers(net::Response& response);

}  // namespace ks::edge
