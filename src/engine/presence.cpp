#include "engine/presence.h"

#include "base/log.h"
#include "engine/journal.h"
#include "runtime/event_loops.h"

#include <algorithm>

namespace ks::engine {

struct Presence::Entry final : WheelTimer {
    Entry(Presence& presence, UserId user, std::string username) : presence(presence), user(user), username(std::move(username)) {}
    void on_deadline(Steady::time_point) override { presence.leave(user); }

    Presence& presence;
    const UserId user;
    const std::string username;
    std::size_t connections = 0;
    std::uint64_t arrived = 0;  // sequence number of the arrival, see moves_
};

Presence::Presence(asio::io_context& loop, TimerWheel& wheel, MetaStore& store, Bus& bus, const Clock& clock, PresenceSettings settings)
    : loop_(loop), wheel_(wheel), store_(store), bus_(bus), clock_(clock), settings_(settings) {}

Presence::~Presence() = default;

void Presence::connected(const UserId& user, const std::string& username) {
    auto& entry = online_[user];
    bool arrives = !entry;
    if (arrives) {
        entry = std::make_unique<Entry>(*this, user, username);
        entry->arrived = ++moves_;
    }
    entry->disarm();
    ++entry->connections;
    if (!arrives || settings_.policy == PresencePolicy::Off) return;
    // Announce synchronously if no lookup and no pending leave is involved: clients that connect from now on see the user online.
    if (settings_.policy == PresencePolicy::Everyone && !leaving_.contains(user)) return say(user, username, true, {.self = user});
    spawn(loop_.get_executor(), announce(user, username, true, entry->arrived), "presence");
}

void Presence::disconnected(const UserId& user) {
    auto found = online_.find(user);
    KS_ASSERT(found != online_.end() && found->second->connections > 0);
    if (--found->second->connections == 0) wheel_.arm(*found->second, Steady::now() + settings_.offline_grace);
}

void Presence::leave(const UserId& user) {
    auto entry = online_.extract(user);
    leaving_.insert(user);
    spawn(loop_.get_executor(), announce(user, entry.mapped()->username, false, ++moves_), "presence");
}

awaitable<void> Presence::announce(UserId user, std::string username, bool online, std::uint64_t move) {
    auto look = [this, user](Tx& tx) -> Result<std::vector<UserId>> {
        if (settings_.policy != PresencePolicy::Contacts) return std::vector<UserId>{};
        return tx.users().contacts(user, clock_.now());
    };
    auto note = [this, user, look](Tx& tx) -> Result<std::vector<UserId>> {
        tx.users().set_last_seen(user, clock_.now());
        return look(tx);
    };
    // An arrival is read in the order of the writes, so that a return is announced after the preceding leave.
    Result<std::vector<UserId>> contacts;
    if (online) {
        contacts = co_await read_in_order(store_, std::move(look));
    } else {
        contacts = co_await write(store_, std::move(note));
        leaving_.erase(leaving_.find(user));
    }
    if (!contacts) {
        log::warning("publishing presence failed", {{"reason", contacts.error().detail}});
        co_return;
    }
    if (settings_.policy == PresencePolicy::Off) co_return;
    EventContext context{.self = user};
    if (settings_.policy == PresencePolicy::Contacts) {
        // Contacts that connected after this change already saw the result.
        auto came_later = [this, move](const UserId& id) {
            auto found = online_.find(id);
            return found != online_.end() && found->second->arrived > move;
        };
        std::erase_if(*contacts, came_later);
        context.contacts = std::move(*contacts);
    }
    say(user, username, online, context);
}

void Presence::say(const UserId& user, const std::string& username, bool online, const EventContext& context) {
    Event event = online ? Event(wire::UserOnline{user, username}) : Event(wire::UserOffline{user, username});
    publish_now(bus_, event, context, clock_.now(), "presence " + user.text());
}

awaitable<Result<std::vector<PresenceRow>>> Presence::list(Actor actor, Page page) {
    if (settings_.policy == PresencePolicy::Off) co_return std::vector<PresenceRow>{};
    auto look = [this, actor, page](Tx& tx) -> Result<std::vector<User>> {
        if (settings_.policy == PresencePolicy::Everyone) return tx.users().list_others(actor.user_id, page);
        std::vector<User> users;
        for (const UserId& id : tx.users().contacts(actor.user_id, clock_.now())) {
            auto user = tx.users().find(id);
            if (user && !user->disabled && user->username > page.after_key) users.push_back(std::move(*user));
        }
        std::sort(users.begin(), users.end(), [](const User& a, const User& b) { return a.username < b.username; });
        if (static_cast<int>(users.size()) > page.limit) users.resize(static_cast<std::size_t>(page.limit));
        return users;
    };
    KS_CO_TRY(auto users, co_await read(store_, std::move(look)));
    auto check = [this, users = std::move(users)]() -> Result<std::vector<PresenceRow>> {
        std::vector<PresenceRow> rows;
        for (const User& user : users) rows.push_back({user, online_.contains(user.id)});
        return rows;
    };
    co_return co_await run_on(loop_, std::move(check));
}

}  // namespace ks::engine
