#include "adapters/local_bus/local_bus.h"

namespace ks {

void LocalBus::publish(Announcements announcements) {
    for (const auto& listener : listeners_) listener(announcements);
}

void LocalBus::subscribe(std::function<void(Announcements)> listener) { listeners_.push_back(std::move(listener)); }

}  // namespace ks
