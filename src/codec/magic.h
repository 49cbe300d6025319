#pragma once

#include <memory>
#include <string>
#include <string_view>

struct magic_set;

namespace ks {

// libmagic, which knows files by what they begin with. Its database (8 MiB, shared with other processes) is loaded with the first question;
// an answer takes 0.2 to 1.5 ms. One thread at a time.
class Magic {
public:
    Magic();
    ~Magic();

    // Returns the media type; application/octet-stream where it knows none, or where the database is missing.
    std::string type_of(std::string_view first_bytes);

private:
    struct Close {
        void operator()(magic_set* set) const;
    };

    std::unique_ptr<magic_set, Close> set_;
    bool tried_ = false;
};

}  // namespace ks
