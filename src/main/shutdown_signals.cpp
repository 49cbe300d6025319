#include "main/shutdown_signals.h"

#include "base/result.h"

#include <boost/asio/redirect_error.hpp>

#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

namespace ks::main {

namespace {

int descriptor_of_blocked() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

}  // namespace

ShutdownSignals::ShutdownSignals(asio::io_context& loop) : descriptor_(loop, descriptor_of_blocked()) {}

awaitable<void> ShutdownSignals::next() {
    boost::system::error_code ignored;
    for (signalfd_siginfo taken{}; ::read(descriptor_.native_handle(), &taken, sizeof taken) < 0;)
        co_await descriptor_.async_wait(asio::posix::stream_descriptor::wait_read, asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace ks::main
