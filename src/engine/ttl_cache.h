#pragma once

#include "runtime/timer_wheel.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ks::engine {

// Version of a cached value: the store's change counter and the time before the lookup.
struct AsOf {
    std::uint64_t change = 0;
    Steady::time_point time{};
};

// Direct-mapped cache of lookups in the store. An entry is valid until the next change, and for one second at most. Constant memory: keys
// with the same slot evict each other. Not thread-safe.
template <class Value>
class TtlCache {
public:
    explicit TtlCache(std::size_t slots) : slots_(slots) {}

    // Returns nullptr on a miss. The pointer is valid until the next keep().
    const Value* find(std::string_view key, AsOf now) const {
        const Slot& slot = slots_[std::hash<std::string_view>()(key) % slots_.size()];
        bool holds = slot.as_of.change == now.change && now.time - slot.as_of.time < longest;
        return holds && slot.key == key ? &slot.value : nullptr;
    }

    // `as_of` must be taken before the lookup: the value may miss changes made during it.
    void keep(std::string_view key, Value value, AsOf as_of) {
        slots_[std::hash<std::string_view>()(key) % slots_.size()] = {std::string(key), std::move(value), as_of};
    }

private:
    static constexpr std::chrono::seconds longest{1};

    struct Slot {
        std::string key;  // empty: unused; keys are never empty
        Value value{};
        AsOf as_of{};
    };
    std::vector<Slot> slots_;
};

}  // namespace ks::engine
