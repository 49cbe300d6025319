#pragma once

#include "net/http.h"

namespace ks::edge {

// Adds the headers recommended by OWASP unless the handler has set them. HSTS is added over TLS only: RFC 6797 §7.2 forbids it elsewhere,
// and browsers ignore it there.
void add_security_headers(net::Response& response, bool uses_tls);

}  // namespace ks::edge
