#include "engine/visits.h"

#include "base/crypto.h"
#include "engine/journal.h"

namespace ks::engine {

std::string Guest::key() const { return sha256(cookie ? "cookie " + *cookie : "address " + address_and_agent); }
std::string Guest::new_key() const { return new_cookie.empty() ? "" : sha256("cookie " + new_cookie); }

namespace {

constexpr std::uint64_t told_in_an_hour = 60;
constexpr Duration hour = std::chrono::hours(1);
constexpr Duration sum_interval = std::chrono::minutes(1);

void tell_sum(Tx& tx, VisitSum& sum, const Share& share, const File& file, Time now) {
    append_event(tx, wire::ShareAccessed{share.id, file.id, file.filename, sum.pending}, {.owner = share.owner_id}, now);
    sum.pending = 0;
}

// Rate limit: a bounded number of events per hour, further visits are summarized, so that nobody can flood the owner's history by opening a
// link.
void tell_visit(Tx& tx, const Share& share, const File& file, const Guest& guest, const Visitor& visitor, Time now) {
    VisitSum sum = tx.shares().find_visit_sum(share.id).value_or(VisitSum{.share_id = share.id, .hour_started = now});
    if (now - sum.hour_started >= hour || now < sum.hour_started) {
        sum.hour_started = now;
        sum.told = 0;
    }
    if (sum.pending == 0 && sum.told < told_in_an_hour) {
        ++sum.told;
        wire::ShareAccessed event{share.id, file.id, file.filename, {}, visitor.number, guest.username, guest.client};
        append_event(tx, std::move(event), {.owner = share.owner_id}, now);
    } else {
        if (sum.pending++ == 0) sum.pending_since = now;
        if (now - sum.pending_since >= sum_interval) tell_sum(tx, sum, share, file, now);
    }
    tx.shares().put_visit_sum(sum);
}

// Registers the visitor under the response's cookie, too. The unlocked state is not copied: it stays bound to the cookie it was granted to.
void put_under_new_key(Tx& tx, Visitor visitor, const Guest& guest) {
    if (guest.new_cookie.empty()) return;
    visitor.key = guest.new_key();
    visitor.unlocked = false;
    tx.shares().put_visitor(visitor);
}

}  // namespace

int tell_visit_sums(Tx& tx, Time now, int limit) {
    auto due = tx.shares().due_visit_sums(now - sum_interval, limit);
    for (const ShareId& id : due) {
        auto share = tx.shares().lock(id);
        auto sum = tx.shares().find_visit_sum(id);
        if (!share || !sum || sum->pending == 0) continue;
        if (auto file = tx.files().find(share->file_id)) tell_sum(tx, *sum, *share, *file, now);
        sum->pending = 0;
        tx.shares().put_visit_sum(*sum);
    }
    return static_cast<int>(due.size());
}

Visitor visit(Tx& tx, const Share& share, const File& file, const Guest& guest, Time now) {
    if (auto known = tx.shares().find_visitor(share.id, guest.key(), now)) {
        put_under_new_key(tx, *known, guest);
        return *known;
    }
    Visitor visitor{share.id, guest.key(), now};
    if (guest.robot || guest.user == share.owner_id) return visitor;
    visitor.number = tx.shares().count_visit(share.id);
    tx.shares().put_visitor(visitor);
    put_under_new_key(tx, visitor, guest);
    tell_visit(tx, share, file, guest, visitor, now);
    return visitor;
}

}  // namespace ks::engine
