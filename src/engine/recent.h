#pragma once

#include "runtime/timer_wheel.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ks {

// When an answer was looked up: as of which change of the store, and at what time.
struct AsOf {
    std::uint64_t change = 0;
    Steady::time_point time{};
};

// Answers of the store by their question, each for as long as nothing has changed, and no longer than a second: the word of a change on
// another node may be lost. In constant memory: questions that share a place push each other out.
template <class Answer>
class Recent {
public:
    explicit Recent(std::size_t places) : places_(places) {}

    // Null: look it up. The answer is there until the next keep().
    const Answer* find(std::string_view question, AsOf now) const {
        const Place& place = places_[std::hash<std::string_view>()(question) % places_.size()];
        bool holds = place.as_of.change == now.change && now.time - place.as_of.time < longest;
        return holds && place.question == question ? &place.answer : nullptr;
    }

    // `as_of` is from before the look: what changed while it was under way may be missing in the answer.
    void keep(std::string_view question, Answer answer, AsOf as_of) {
        places_[std::hash<std::string_view>()(question) % places_.size()] = {std::string(question), std::move(answer), as_of};
    }

private:
    static constexpr std::chrono::seconds longest{1};

    struct Place {
        std::string question;  // empty: none, as no question is
        Answer answer{};
        AsOf as_of{};
    };
    std::vector<Place> places_;
};

}  // namespace ks
