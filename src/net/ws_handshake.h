#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace ks::net {

// The head fields of an opening handshake (RFC 6455 §4.2.1) as the HTTP side has read them; lists are joined with commas.
struct WsRequest {
    std::string_view method, upgrade, connection, key, version, extensions, protocols;
};

struct WsAnswer {
    std::string accept;      // Sec-WebSocket-Accept
    bool deflate = false;    // permessage-deflate was offered in a form that we take
    std::string extensions;  // Sec-WebSocket-Extensions to answer; empty: none
};

// Is this a request for a WebSocket at all? (Upgrade says so.)
bool wants_websocket(const WsRequest& request);

// UPGRADE_REQUIRED where it is none or the version isn't 13, INVALID_REQUEST where it is malformed.
Result<WsAnswer> answer_handshake(const WsRequest& request);

// The subprotocols offered, in order.
std::vector<std::string_view> offered_protocols(std::string_view header);

}  // namespace ks::net
