#pragma once

#include "ports/announcement.h"

#include <functional>

namespace ks {

// Carries announcements to every node of an installation, this one included. It may lose some: what must not be lost stands in the journal.
class Bus {
public:
    virtual ~Bus() = default;

    // From any thread; announcements of one thread arrive in their order.
    virtual void publish(Announcements announcements) = 0;

    // Before the first publish. The listener is called on any thread and returns at once.
    virtual void subscribe(std::function<void(Announcements)> listener) = 0;
};

}  // namespace ks
