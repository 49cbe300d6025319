#pragma once

#include "ports/bus.h"

namespace ks {

// The bus of one process: publish() calls the listeners, in the order of their subscribe(), before it returns.
class LocalBus final : public Bus {
public:
    void publish(Announcements announcements) override;
    void subscribe(std::function<void(Announcements)> listener) override;

private:
    std::vector<std::function<void(Announcements)>> listeners_;
};

}  // namespace ks
