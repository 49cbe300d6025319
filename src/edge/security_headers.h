#pragma once

#include "net/http.h"

namespace ks {

// Adds the headers that OWASP recommends for every answer, except those that the route has set itself.
void add_security_headers(net::Response& response);

}  // namespace ks
