#pragma once

#include "ports/bus_message.h"

#include <functional>

namespace ks {

// Delivers messages to every node of an installation, including this one. Best-effort: events that must not be lost are in the
// journal.
class Bus {
public:
    virtual ~Bus() = default;

    // Thread-safe. BusMessages published by one thread arrive in order.
    virtual void publish(BusMessages messages) = 0;

    // Must be called before the first publish. The listener is called on any thread and must not block.
    virtual void subscribe(std::function<void(BusMessages)> listener) = 0;
};

}  // namespace ks
