#pragma once

#include "net/http_options.h"
#include "net/transport.h"
#include "runtime/timer_wheel.h"

namespace ks::net {

// Aborts a connection whose client makes no progress while the server waits for it. Bound to a loop.
class ConnectionDeadline final : private WheelTimer {
public:
    // A wait for the client, from its construction to its destruction. One at a time.
    class [[nodiscard]] Wait {
    public:
        explicit Wait(ConnectionDeadline& deadline) : deadline_(deadline) {}
        ~Wait() { deadline_.end(); }
        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;

    private:
        ConnectionDeadline& deadline_;
    };

    ConnectionDeadline(TimerWheel& wheel, Transport& transport, const HttpOptions& options);

    Wait head();  // for a request head: head_timeout
    Wait body();  // for bytes of a body: stall_timeout
    Wait until(Steady::time_point end);
    // For the client to take bytes: stall_timeout, again and again as long as it takes least_rate.
    Wait writing();

private:
    void on_deadline(Steady::time_point now) override;
    void end();

    TimerWheel& wheel_;
    Transport& transport_;
    const HttpOptions& options_;
    bool writing_ = false;
    std::uint64_t acknowledged_ = 0;  // at the last deadline
};

}  // namespace ks::net
