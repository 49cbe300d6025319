#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ks::net {

// Cuts the first field `name` out of a head, which ends with an empty line, and returns its value without the space around it. nullopt when
// the field is absent or holds control characters.
std::optional<std::string> cut_field(std::string& head, std::string_view name);

// One of the few long heads that the process reads at a time, so that they don't use up its memory. False when there are enough.
class LongHeadSlot {
public:
    LongHeadSlot();
    ~LongHeadSlot();
    LongHeadSlot(const LongHeadSlot&) = delete;
    LongHeadSlot& operator=(const LongHeadSlot&) = delete;
    explicit operator bool() const { return is_free_; }

private:
    bool is_free_;
};

}  // namespace ks::net
