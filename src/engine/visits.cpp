#include "engine/visits.h"

#include "base/crypto.h"
#include "engine/journal.h"

namespace ks {

std::string Guest::key() const { return sha256(cookie ? "cookie " + *cookie : "address " + address_and_agent); }
std::string Guest::new_key() const { return new_cookie.empty() ? "" : sha256("cookie " + new_cookie); }

Visitor visit(Tx& tx, const Share& share, const File& file, const Guest& guest, Time now) {
    if (auto known = tx.shares().find_visitor(share.id, guest.key(), now)) {
        if (!guest.new_cookie.empty()) tx.shares().put_visitor({share.id, guest.new_key(), known->visit_started, false, known->downloaded});
        return *known;
    }
    Visitor visitor{share.id, guest.key(), now};
    if (guest.robot || guest.user == share.owner_id) return visitor;
    tx.shares().put_visitor(visitor);
    if (!guest.new_cookie.empty()) tx.shares().put_visitor({share.id, guest.new_key(), now});
    record(tx, wire::ShareAccessed{share.id, file.id, file.filename}, {.owner = share.owner_id}, now);
    return visitor;
}

}  // namespace ks
