#include "net/connection_deadline.h"

#include <utility>

namespace ks::net {

ConnectionDeadline::ConnectionDeadline(TimerWheel& wheel, Transport& transport, const HttpOptions& options)
    : wheel_(wheel), transport_(transport), options_(options) {}

ConnectionDeadline::Wait ConnectionDeadline::head() { return until(Steady::now() + options_.head_timeout); }

ConnectionDeadline::Wait ConnectionDeadline::body() { return until(Steady::now() + options_.stall_timeout); }

ConnectionDeadline::Wait ConnectionDeadline::writing() {
    writing_ = true;
    return until(Steady::now() + options_.stall_timeout);
}

ConnectionDeadline::Wait ConnectionDeadline::until(Steady::time_point end) {
    wheel_.arm(*this, end);
    return Wait(*this);
}

void ConnectionDeadline::end() {
    writing_ = false;
    disarm();
}

void ConnectionDeadline::on_deadline(Steady::time_point now) {
    std::uint64_t before = std::exchange(acknowledged_, transport_.acknowledged());
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.stall_timeout).count();
    if (writing_ && acknowledged_ - before >= options_.least_rate * static_cast<std::uint64_t>(seconds)) {
        wheel_.arm(*this, now + options_.stall_timeout);
    } else {
        transport_.abort();
    }
}

}  // namespace ks::net
