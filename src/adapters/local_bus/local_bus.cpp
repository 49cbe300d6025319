#include "adapters/local_bus/local_bus.h"

namespace ks::local_bus {

void LocalBus::publish(BusMessages messages) {
    for (const auto& listener : listeners_) listener(messages);
}

void LocalBus::subscribe(std::function<void(BusMessages)> listener) { listeners_.push_back(std::move(listener)); }

}  // namespace ks::local_bus
