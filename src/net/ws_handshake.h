#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace ks::net {

// Header fields of an opening handshake (RFC 6455 §4.2.1), as read by the HTTP layer; lists are joined with commas.
struct WsRequest {
    std::string_view method, upgrade, connection, key, version, extensions, protocols;
};

struct WsAnswer {
    std::string accept;      // Sec-WebSocket-Accept
    bool deflate = false;    // an acceptable permessage-deflate offer was found
    std::string extensions;  // Sec-WebSocket-Extensions of the response; empty: none
};

// Returns whether Upgrade asks for a WebSocket.
bool wants_websocket(const WsRequest& request);

// Validates the request. Errors: UPGRADE_REQUIRED if it is none or its version isn't 13, INVALID_REQUEST if it is malformed.
Result<WsAnswer> answer_handshake(const WsRequest& request);

// Returns the offered subprotocols in order.
std::vector<std::string_view> offered_protocols(std::string_view header);

}  // namespace ks::net
