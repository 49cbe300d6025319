#pragma once

#include "net/http.h"

#include <string>
#include <string_view>

namespace ks {

std::string html_escape(std::string_view text);

// A small page of ours: no request but its own, no script but `script` (which may be empty), readable in dark and light, on a phone and by
// a screen reader. `body` is HTML.
net::Response html_page(int status, std::string_view title, std::string_view body, std::string_view script = {});

}  // namespace ks
