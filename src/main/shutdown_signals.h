#pragma once

#include "runtime/suspend.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace ks::main {

// Awaitable SIGTERM and SIGINT. The constructor blocks both for the rest of the process, so that none is lost between calls of next().
// Construct before starting any other thread: threads inherit the signal mask.
class ShutdownSignals {
public:
    explicit ShutdownSignals(asio::io_context& loop);
    awaitable<void> next();

private:
    asio::posix::stream_descriptor descriptor_;
};

}  // namespace ks::main
