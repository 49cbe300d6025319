#pragma once

#include "base/clock.h"
#include "edge/authenticator.h"
#include "edge/hub.h"
#include "edge/stream_reader.h"
#include "edge/ws_session.h"
#include "net/ws_engine.h"

#include <boost/asio/io_context.hpp>

namespace ks::edge {

struct RealtimeSettings {
    SessionSettings session{};
    net::WsOptions socket{};
    bool io_uring = true;  // false: one system call per operation
};

// The services that the realtime connections of one loop use.
struct LoopServices {
    asio::io_context& loop;
    Hub& hub;
    StreamReader& streams;
    Authenticator& authenticator;
    const Clock& clock;
    const RealtimeSettings& settings;
};

}  // namespace ks::edge
