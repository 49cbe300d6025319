#include "engine/visits.h"

#include "base/crypto.h"
#include "engine/journal.h"

namespace ks {

std::string Guest::key() const { return sha256(cookie ? "cookie " + *cookie : "address " + address_and_agent); }
std::string Guest::new_key() const { return new_cookie.empty() ? "" : sha256("cookie " + new_cookie); }

namespace {

constexpr std::uint64_t told_in_an_hour = 60;
constexpr Duration hour = std::chrono::hours(1);
constexpr Duration sum_interval = std::chrono::minutes(1);

void tell_sum(Tx& tx, VisitSum& sum, const Share& share, const File& file, Time now) {
    record(tx, wire::ShareAccessed{share.id, file.id, file.filename, sum.pending}, {.owner = share.owner_id}, now);
    sum.pending = 0;
}

// Some an hour are events of their own, the others are summed up: nobody shall fill the owner's history by opening a link.
void tell_visit(Tx& tx, const Share& share, const File& file, Time now) {
    VisitSum sum = tx.shares().find_visit_sum(share.id).value_or(VisitSum{.share_id = share.id, .hour_started = now});
    if (now - sum.hour_started >= hour || now < sum.hour_started) {
        sum.hour_started = now;
        sum.told = 0;
    }
    if (sum.pending == 0 && sum.told < told_in_an_hour) {
        ++sum.told;
        record(tx, wire::ShareAccessed{share.id, file.id, file.filename, {}}, {.owner = share.owner_id}, now);
    } else {
        if (sum.pending++ == 0) sum.pending_since = now;
        if (now - sum.pending_since >= sum_interval) tell_sum(tx, sum, share, file, now);
    }
    tx.shares().put_visit_sum(sum);
}

}  // namespace

int tell_visit_sums(Tx& tx, Time now, int limit) {
    auto due = tx.shares().due_visit_sums(now - sum_interval, limit);
    for (VisitSum& sum : due) {
        auto share = tx.shares().find(sum.share_id);
        auto file = share ? tx.files().find(share->file_id) : std::nullopt;
        if (file) tell_sum(tx, sum, *share, *file, now);
        sum.pending = 0;
        tx.shares().put_visit_sum(sum);
    }
    return static_cast<int>(due.size());
}

Visitor visit(Tx& tx, const Share& share, const File& file, const Guest& guest, Time now) {
    if (auto known = tx.shares().find_visitor(share.id, guest.key(), now)) {
        if (!guest.new_cookie.empty()) tx.shares().put_visitor({share.id, guest.new_key(), known->visit_started, false, known->downloaded});
        return *known;
    }
    Visitor visitor{share.id, guest.key(), now};
    if (guest.robot || guest.user == share.owner_id) return visitor;
    tx.shares().put_visitor(visitor);
    if (!guest.new_cookie.empty()) tx.shares().put_visitor({share.id, guest.new_key(), now});
    tell_visit(tx, share, file, now);
    return visitor;
}

}  // namespace ks
