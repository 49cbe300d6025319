#pragma once

#include "base/result.h"
#include "net/http.h"

namespace ks::edge {

// Conversion of an Error to wire formats; no other code does this. Never includes Error::detail.
// problem() returns RFC 9457 JSON with `code` and, if a field is invalid, `field`. `status` overrides the default of the code.
net::Response problem(const Error& error, int status = 0);
std::string error_message(const Error& error);  // the seed's Error message, for WebSocket and SSE
CloseCode close_code(ErrorCode code);           // close code if the error ends a WebSocket

}  // namespace ks::edge
