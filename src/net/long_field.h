#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ks::net {

// Removes the first field `name` from a head that ends with an empty line and returns its trimmed value. Returns nullopt if the field is
// absent or contains control characters.
std::optional<std::string> cut_field(std::string& head, std::string_view name);

// Limits the number of long heads that the process reads concurrently, to bound memory. False if all slots are taken.
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
