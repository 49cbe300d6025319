#pragma once

#include "net/http.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The web page, which the binary carries as web/ was built: the application, the public share page, and what they load.
namespace ks {

// A file of it ("assets/main-3f2a.js") as this request wants it: compressed, or not at all because it is there already. What stands in
// assets/ has its content's hash in its name and is kept for good; the rest is asked for each time. nullopt where there is none. Under a
// prefix a page is sent as it is, for page_under.
std::optional<net::Response> site_file(const net::Request& request, std::string_view path, std::string_view prefix);

// What answers where no route does: a file of the site, or for a browser that opens an address the application, which knows its pages.
std::optional<net::Response> site_answer(const net::Request& request, const std::vector<std::string>& segments, std::string_view prefix);

// A page whose addresses begin with the prefix; its scripts read it from data-base.
std::string page_under(std::string_view prefix, std::string_view html);

std::string_view site_text(std::string_view path);  // a file of it as it is; empty where there is none

// What every page of ours may do: load from here, nothing inline, in no frame; its address, which may hold a token, is told to nobody.
void add_page_headers(net::Response& response);

}  // namespace ks
