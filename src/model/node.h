#pragma once

#include "base/clock.h"
#include "base/id.h"

#include <string>

namespace ks {

// A process of the installation. It is alive while it renews its lease; what it has under way is settled by others afterwards.
struct Node {
    NodeId id;         // new at each start
    std::string name;  // for people: host name and port
    std::string version;
    Time started_at{};  // of the database's clock, as renewed_at
    Time renewed_at{};
};

}  // namespace ks
