#pragma once

#include "runtime/timer_wheel.h"

#include <string>
#include <unordered_map>
#include <utility>

namespace ks::engine {

// The newest version of each state that was seen lately. Forgets a state 30 to 60 s after its last change. Not thread-safe.
class SeenVersions {
public:
    // Notes the version. Returns false if it, or a newer one of the same state, was noted before.
    bool is_newer(const std::string& state, std::uint64_t version) {
        if (has(state, version)) return false;
        young_[state] = version;
        return true;
    }

    bool has(const std::string& state, std::uint64_t version) const {
        for (const auto* generation : {&young_, &old_}) {
            if (auto found = generation->find(state); found != generation->end()) return found->second >= version;
        }
        return false;
    }

    void expire(Steady::time_point now) {
        if (now - rotated_at_ < std::chrono::seconds(30)) return;
        rotated_at_ = now;
        old_ = std::exchange(young_, {});
    }

private:
    std::unordered_map<std::string, std::uint64_t> young_, old_;
    Steady::time_point rotated_at_{};
};

}  // namespace ks::engine
