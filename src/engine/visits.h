#pragma once

#include "model/file.h"
#include "model/share.h"
#include "ports/tx.h"

#include <optional>
#include <string>

namespace ks {

// Who comes to a share, as a request tells: by the cookie ks_visit, else by address and User-Agent.
struct Guest {
    std::optional<std::string> cookie{};
    std::string address_and_agent{};
    bool robot = false;  // link previews, prefetches and HEAD: no visit
    std::optional<UserId> user{};
    std::optional<std::string> username{};
    std::string client{};  // coarse, from its User-Agent: "Firefox on Android"
    // The cookie that the answer sets: for a guest without one, and for one that gives a password. Empty where it sets none.
    std::string new_cookie{};

    std::string key() const;      // a hash
    std::string new_key() const;  // of new_cookie; empty without one
};

// The guest comes to the share: ShareAccessed once per visit, never for the owner. A cookie handed out with this answer belongs to the same
// visit.
Visitor visit(Tx& tx, const Share& share, const File& file, const Guest& guest, Time now);

// Tells the sums of visits that have waited for a minute: at most `limit`. How many it were.
int tell_visit_sums(Tx& tx, Time now, int limit);

}  // namespace ks
