#pragma once

#include <memory>
#include <string>
#include <string_view>

struct magic_set;

namespace ks::codec {

// Detects the media type of a file from its first bytes with libmagic. The first call loads the database (8 MiB, shared with other
// processes); a call takes 0.2 to 1.5 ms. Not thread-safe.
class Magic {
public:
    Magic();
    ~Magic();

    // Returns the media type; application/octet-stream if it is unknown or the database is missing.
    std::string type_of(std::string_view first_bytes);

private:
    struct Close {
        void operator()(magic_set* set) const;
    };

    std::unique_ptr<magic_set, Close> set_;
    bool tried_ = false;
};

}  // namespace ks::codec
