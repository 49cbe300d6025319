#pragma once

#include "base/result.h"
#include "net/http.h"

namespace ks {

// The one place that turns an Error into what the outside sees.
// RFC 9457, with `code` and, where one field is to blame, `field`. `status`: where it is not the code's own.
net::Response problem(const Error& error, int status = 0);
std::string error_message(const Error& error);  // the seed's Error message
CloseCode close_code(ErrorCode code);           // where an error ends a WebSocket

}  // namespace ks
