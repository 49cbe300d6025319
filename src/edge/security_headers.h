#pragma once

#include "net/http.h"

namespace ks {

// Adds the headers that OWASP recommends for every answer, except those that the route has set itself; over TLS also HSTS, which browsers
// ignore elsewhere (RFC 6797 §7.2 forbids it there).
void add_security_headers(net::Response& response, bool uses_tls);

}  // namespace ks
