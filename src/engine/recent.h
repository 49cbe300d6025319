#pragma once

#include "runtime/timer_wheel.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ks {

// Version of a cached value: the store's change counter and the time before the lookup.
struct AsOf {
    std::uint64_t change = 0;
    Steady::time_point time{};
};

// Direct-mapped cache of lookups in the store. An entry is valid until the next change, and for one second at most, because the notice of a
// change on another node may be lost. Constant memory: keys with the same slot evict each other. Not thread-safe.
template <class Answer>
class Recent {
public:
    explicit Recent(std::size_t places) : places_(places) {}

    // Returns nullptr on a miss. The pointer is valid until the next keep().
    const Answer* find(std::string_view question, AsOf now) const {
        const Place& place = places_[std::hash<std::string_view>()(question) % places_.size()];
        bool holds = place.as_of.change == now.change && now.time - place.as_of.time < longest;
        return holds && place.question == question ? &place.answer : nullptr;
    }

    // `as_of` must be taken before the lookup: the value may miss changes made during it.
    void keep(std::string_view question, Answer answer, AsOf as_of) {
        places_[std::hash<std::string_view>()(question) % places_.size()] = {std::string(question), std::move(answer), as_of};
    }

private:
    static constexpr std::chrono::seconds longest{1};

    struct Place {
        std::string question;  // empty: unused; keys are never empty
        Answer answer{};
        AsOf as_of{};
    };
    std::vector<Place> places_;
};

}  // namespace ks
