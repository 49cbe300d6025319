#include "engine/presence.h"

#include "engine/journal.h"

#include <algorithm>

namespace ks::engine {

std::vector<User> visible_users(Tx& tx, PresencePolicy policy, const Actor& actor, const Page& page, Time now) {
    if (policy == PresencePolicy::Off) return {};
    if (policy == PresencePolicy::Everyone) return tx.users().list_others(actor.user_id, page);
    std::vector<User> users;
    for (const UserId& id : tx.users().contacts(actor.user_id, now)) {
        auto user = tx.users().find(id);
        if (user && !user->disabled && user->username > page.after_key) users.push_back(std::move(*user));
    }
    std::sort(users.begin(), users.end(), [](const User& a, const User& b) { return a.username < b.username; });
    if (static_cast<int>(users.size()) > page.limit) users.resize(static_cast<std::size_t>(page.limit));
    return users;
}

Error too_many_connections(const std::string& connections, std::size_t limit) {
    return {ErrorCode::ConnectionLimit,
            "Too many connections " + connections + ": the limit is " + std::to_string(limit) + "; close one or try again later"};
}

EventDelivery presence_delivery(const UserId& user, const std::string& username, bool online, const EventContext& context, Time now,
                                std::uint64_t version) {
    Event event = online ? Event(wire::UserOnline{user, username}) : Event(wire::UserOffline{user, username});
    return transient_delivery(event, context, now, "presence " + user.text(), version);
}

}  // namespace ks::engine
