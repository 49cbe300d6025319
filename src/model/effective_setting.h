#pragma once

#include <optional>
#include <string>

namespace ks {

// One configuration setting as the administration page shows it.
struct EffectiveSetting {
    std::string key;
    std::optional<std::string> value;  // nullopt: a configured secret, never shown
    std::string default_value;
    bool is_default;
};

}  // namespace ks
