#pragma once

#include "runtime/suspend.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace ks {

// SIGTERM and SIGINT as something to wait for. From its making on they do nothing else, to the end of the process: none can come at a
// moment at which nobody would take it. Made before any other thread, since threads inherit that.
class EndSignals {
public:
    explicit EndSignals(asio::io_context& core);
    awaitable<void> next();

private:
    asio::posix::stream_descriptor descriptor_;
};

}  // namespace ks
