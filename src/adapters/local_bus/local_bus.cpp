#include "adapters/local_bus/local_bus.h"

namespace ks {

void LocalBus::publish(AnnouncementPtr announcement) {
    for (const auto& listener : listeners_) listener(announcement);
}

void LocalBus::subscribe(std::function<void(const AnnouncementPtr&)> listener) { listeners_.push_back(std::move(listener)); }

}  // namespace ks
