#pragma once

#include "ports/bus.h"

#include <functional>
#include <vector>

namespace ks::local_bus {

// In-process bus: publish() calls the listeners synchronously, in the order of their subscribe().
class LocalBus final : public Bus {
public:
    void publish(BusMessages messages) override;
    void subscribe(std::function<void(BusMessages)> listener) override;

private:
    std::vector<std::function<void(BusMessages)>> listeners_;
};

}  // namespace ks::local_bus
