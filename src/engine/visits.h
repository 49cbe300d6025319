#pragma once

#include "model/file.h"
#include "model/share.h"
#include "ports/tx.h"

#include <optional>
#include <string>

namespace ks::engine {

// Visitor of a share as identified by a request: by the ks_visit cookie, otherwise by address and User-Agent.
struct Guest {
    std::optional<std::string> cookie{};
    std::string address_and_agent{};
    bool robot = false;  // link previews, prefetches and HEAD: not counted as a visit
    std::optional<UserId> user{};
    std::optional<std::string> username{};
    std::string client{};  // coarse, from the User-Agent: "Firefox on Android"
    // Cookie to set in the response: for a guest without one, and after a password. Empty: none is set.
    std::string new_cookie{};

    std::string key() const;      // hash that identifies the visitor
    std::string new_key() const;  // the same for new_cookie; empty without one
};

// Records a visit of the guest and returns the visitor. ShareAccessed is recorded once per visit, never for the owner. A cookie set by the
// response belongs to the same visit.
Visitor visit(Tx& tx, const Share& share, const File& file, const Guest& guest, Time now);

// Publishes up to `limit` summaries of visits that are pending for a minute. Returns their number.
int tell_visit_sums(Tx& tx, Time now, int limit);

}  // namespace ks::engine
